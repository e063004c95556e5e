// What `waymark/debug` says of the trackers of a page. Types only.
import type { ConsentState, Purpose, Verdict } from './types.js';

/**
 * `held`: it waits for consent or for the core. `queued`: accepted, it waits to be sent, perhaps again. `sent`: under
 * way. `acknowledged`: the collector has it. `dropped`: it will not arrive; `reason` says why.
 */
export type EventState = 'held' | 'queued' | 'sent' | 'acknowledged' | 'dropped';

export interface InspectedEvent {
  /** Counts the events of a tracker in the order in which they were seen, from 1. */
  number: number;
  event_name: string;
  /** Empty for a purpose that does not exist. */
  purpose: string;
  /** When it was tracked, ISO 8601. */
  time: string;
  state: EventState;
  verdict: Verdict;
  /** One word: why it is where it is. Empty if there is nothing to say. */
  reason: string;
  /** What `explain()` said of it: `duplicate_key at "price"`. */
  explain: string;
  /** True of an event that an earlier page left in the journal. */
  restored?: boolean;
  /** Its number on the wire. Known once it was sent. */
  sequence?: number;
  /** The batch in which it was sent last: a `number` of `batches`. */
  batch?: number;
  /** The HTTP status of the last answer; 0 for no answer. */
  status?: number;
  /** As they were sent, so after redaction. Known once it was sent; gone once its purpose is refused. */
  properties?: Record<string, unknown>;
}

export interface InspectedBatch {
  /** Counts the batches of a tracker, from 1. */
  number: number;
  /** When it was sent, ISO 8601. */
  time: string;
  events: number;
  /** What was dropped, as the batch reports it to the collector. */
  client_reports: { reason: string; purpose: string; count: number }[];
  /** Of the body as JSON. */
  bytes: number;
  /** Of the body as gzip, if it was sent so. */
  gzip_bytes?: number;
  /** The HTTP status; 0 for no answer. Missing while it is under way, and when its answer is no longer waited for. */
  status?: number;
  /** From the request to the answer, in milliseconds. */
  ms?: number;
}

/** Counts of events since the tracker's start, by its core: as in `flush`, and `wiped` for what consent took away. */
export interface InspectedTotals {
  accepted: number;
  acknowledged: number;
  rejected: number;
  dropped: number;
  wiped: number;
}

export interface InspectedTracker {
  /** Empty if `init` got none. */
  writeKey: string;
  /** `waiting`: for consent or for its core. */
  state: 'waiting' | 'running' | 'disabled';
  /** Why it is disabled, or what went wrong in watching it. Else empty. */
  fault: string;
  consent: Record<Purpose, ConsentState>;
  totals: InspectedTotals;
  /** The last 100, the oldest first. */
  events: InspectedEvent[];
  /** The last 20, the oldest first. */
  batches: InspectedBatch[];
}

/** Plain data: `JSON.stringify` writes all of it. */
export interface Inspection {
  /** The last 10 whose `init` was called after `watch`, the oldest first. */
  trackers: InspectedTracker[];
}
