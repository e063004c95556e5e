// The events and batches of one tracker, and what became of each. It is told what crosses the border to the core and knows
// the rest from the order in which the core does things (core/outbox/queue.cpp).
import type { HeldCall } from '../hold.js';
import type { InspectedBatch, InspectedEvent } from '../inspection.js';
import type { Verdict } from '../types.js';
import { ANSWER_MS, BATCHES, EVENTS, NAME_CHARACTERS, RESTORED_AGE_MS, FLIGHTS } from './bounds.js';

/** A batch as it stands in JSON (docs/wire-format.md), as far as it is read here. */
export interface BatchBody {
  instance_id: string;
  events: BatchEvent[];
  client_reports: { sequence: number; reason: string; purpose: string; count: number }[];
}
export interface BatchEvent {
  event_name: string;
  properties: Record<string, unknown>;
  sequence: number;
  /** None in the anonymous profile. */
  timestamp?: string;
  purpose?: string;
}

export interface Ledger {
  /** The calls that wait before the core, and why; and why one has gone that was not replayed. True if that is news. */
  hold(calls: HeldCall[], waiting: (purpose: number) => string, gone: (purpose: number) => string): boolean;
  track(timeMs: number, purpose: number, name: string, verdict: Verdict, ticket: number, explain: string): void;
  decide(ticket: number, verdict: Verdict, reason: string): void;
  send(nowMs: number, batch: number, body: BatchBody, bytes: number): void;
  /** The size of the last batch as gzip. */
  compress(bytes: number): void;
  /** `given`: how many events the core gave up at this answer. */
  respond(nowMs: number, batch: number, status: number, rejected: number[], given: number): void;
  /** Passes over answers that the core no longer waits for. True if there were any. */
  expire(nowMs: number): boolean;
  /** The page is being left: batches go by purpose, until nothing is sent any more. */
  leave(): void;
  rest(): void;
  consent(granted: number, denied: number): void;
  restore(nowMs: number, instance: string, events: BatchEvent[]): void;
  /** A core is started, perhaps in place of one before. */
  start(granted: number): void;
  clear(): void;
  events(): InspectedEvent[];
  batches(): InspectedBatch[];
}

interface Entry {
  shown: InspectedEvent;
  purpose: number;
  ticket: number;
  /** The call that waits before the core. */
  call?: HeldCall | undefined;
  /** Place in the queue, which is the order of sending. */
  order: number;
  /** Its sequence as it is foreseen. Reports take numbers too; one that comes before it is sent before it, or with it. */
  foreseen: number;
  /** Instance and sequence, once it was sent. */
  key?: string;
  flight?: Flight | undefined;
  attempts: number;
  /** The collector has failed on it: it waits behind the others. */
  isBlamed: boolean;
}

interface Flight {
  shown: InspectedBatch;
  sentMs: number;
  entries: (Entry | undefined)[];
  records: number;
  purposes: number; // as bits
}

const isAccepted = (status: number) => status >= 200 && status < 300;

/** As read_status in core/outbox/delivery.cpp: what may be the batch's fault. */
const isBlaming = (status: number) =>
  (status >= 500 && ![502, 503, 504].includes(status)) ||
  (status >= 400 && status < 500 && ![401, 402, 403, 404, 405, 408, 410, 413, 425, 429].includes(status));

/** Those that are or were in the queue, in its order. */
const inOrder = (entries: Entry[]) => entries.filter(({ order }) => order).sort((a, b) => a.order - b.order);

export function newLedger(purposes: string[], usualPurpose = purposes.indexOf('analytics')): Ledger {
  let entries: Entry[] = [];
  let batches: Flight[] = [];
  const underWay = new Map<number, Flight>(); // by the core's number; eight at most
  let seen = 0;
  let sent = 0;
  let order = 0;
  let sequence = 0;
  let reported: number[] = []; // sequences of the last reports that were sent: they are no news
  // A report that was wiped before it was sent took a number that is never seen. Until an event that was queued later is
  // sent, the first one of its time and name is taken for it.
  let isUnsure = false;
  let unsureUntil = 0; // in the order of the queue
  let isLeaving = false;
  let mayStore = false;
  let foreign: string[] = []; // instances whose events were restored

  function add(timeMs: number, purpose: number, name: string): Entry {
    const entry: Entry = {
      shown: {
        number: ++seen,
        event_name: name.slice(0, NAME_CHARACTERS),
        purpose: purposes[purpose] ?? '',
        time: new Date(timeMs).toISOString(),
        state: 'held',
        verdict: 'held',
        reason: '',
        explain: '',
      },
      purpose,
      ticket: 0,
      order: 0,
      foreseen: 0,
      attempts: 0,
      isBlamed: false,
    };
    entries = [...entries.slice(1 - EVENTS), entry];
    return entry;
  }

  /** Numbers begin anew. */
  function restart() {
    sequence = 0;
    reported = [];
  }

  function queue(entry: Entry) {
    entry.shown.state = 'queued';
    entry.order = ++order;
    entry.flight = undefined;
  }

  function drop(entry: Entry, reason: string) {
    entry.shown.state = 'dropped';
    entry.shown.reason = reason;
    entry.call = entry.flight = undefined;
  }

  function decide(entry: Entry, verdict: Verdict, reason: string) {
    entry.shown.verdict = verdict;
    entry.shown.reason = reason;
    entry.call = undefined;
    if (verdict === 'accepted') {
      queue(entry);
      entry.foreseen = ++sequence;
    } else if (verdict !== 'held') drop(entry, reason);
  }

  /** A report has the number `taken`: what comes after it has higher ones than was foreseen. */
  function shift(taken: number) {
    for (const entry of entries) if (!entry.key && entry.foreseen >= taken) ++entry.foreseen;
    ++sequence;
  }

  /** The entry of an event that is sent, with new `reports`. Undefined if it is no longer listed. */
  function find(instance: string, event: BatchEvent, reports: number[]): Entry | undefined {
    const key = `${instance}:${event.sequence}`;
    const known = entries.find((entry) => entry.key === key);
    if (known) return known;
    if (foreign.includes(instance)) return;
    const purpose = event.purpose ? purposes.indexOf(event.purpose) : usualPurpose;
    const likely = inOrder(entries).filter(
      ({ shown, key: known, purpose: own }) =>
        !known &&
        own === purpose &&
        shown.time === (event.timestamp ?? shown.time) &&
        (shown.state === 'queued' || shown.reason === 'evicted'),
    );
    const found = isUnsure
      ? likely.find(({ shown }) => shown.event_name === event.event_name)
      : likely.find(({ foreseen }) => foreseen === event.sequence);
    if (!found) return;
    found.key = key;
    if (isUnsure) {
      sequence = event.sequence;
      for (const later of inOrder(entries)) {
        if (later.order <= found.order) continue;
        // Of a more important purpose, it may have been sent before.
        if (later.key?.startsWith(instance)) sequence = +later.key.slice(instance.length + 1);
        else if (!later.key) later.foreseen = ++sequence;
      }
      for (const report of reports) if (report > event.sequence) shift(report);
      isUnsure = found.order <= unsureUntil;
    }
    return found;
  }

  function land(flight: Flight, nowMs: number, status: number, rejected: number[]) {
    flight.shown.status = status;
    flight.shown.ms = nowMs - flight.sentMs;
    flight.entries.forEach((entry, index) => {
      if (!entry || entry.flight !== flight) return;
      entry.flight = undefined;
      const { shown } = entry;
      shown.status = status;
      shown.reason = '';
      if (!isAccepted(status)) {
        shown.state = 'queued';
        shown.reason = 'retry';
        entry.isBlamed ||= isBlaming(status);
        if (status === 413 && flight.records === 1) drop(entry, 'too_large_for_server');
      } else if (rejected.includes(index)) drop(entry, 'rejected');
      else shown.state = 'acknowledged';
    });
    flight.entries = [];
  }

  return {
    hold(calls, waiting, gone) {
      const before = seen;
      let hasLost = false;
      for (const entry of entries) {
        if (!entry.call || calls.includes(entry.call)) continue;
        const [word = '', ...more] = gone(entry.purpose).split(': ');
        entry.shown.verdict = word === 'disabled' ? word : 'denied';
        entry.shown.explain = more.join(': ');
        drop(entry, word);
        hasLost = true;
      }
      for (const call of calls) {
        const [timeMs, purpose, name] = call;
        if (purpose < 0) continue; // a reset
        const entry = entries.find((listed) => listed.call === call) ?? add(timeMs, purpose, name);
        entry.call = call;
        entry.shown.reason = waiting(purpose);
      }
      return hasLost || seen > before;
    },

    track(timeMs, purpose, name, verdict, ticket, explain) {
      const entry =
        entries.find(({ call }) => call?.[0] === timeMs && call[2].slice(0, NAME_CHARACTERS) === name) ??
        add(timeMs, purpose, name);
      entry.ticket = ticket;
      entry.shown.explain = explain;
      decide(entry, verdict, /^\w*/.exec(explain)![0]);
    },

    decide(ticket, verdict, reason) {
      const entry = entries.find(({ shown, ticket: own }) => shown.state === 'held' && own === ticket);
      if (!entry) return;
      entry.shown.explain = '';
      decide(entry, verdict, reason);
    },

    send(nowMs, batch, { instance_id, events, client_reports }, bytes) {
      const flight: Flight = {
        shown: {
          number: ++sent,
          time: new Date(nowMs).toISOString(),
          events: events.length,
          client_reports: client_reports.map(({ reason, purpose, count }) => ({ reason, purpose, count })),
          bytes,
        },
        sentMs: nowMs,
        entries: [],
        records: events.length + client_reports.length,
        purposes: 0,
      };
      underWay.set(batch, flight);
      batches = [...batches.slice(1 - BATCHES), flight];
      for (const { purpose } of client_reports) flight.purposes |= 1 << purposes.indexOf(purpose);
      const isOwn = !foreign.includes(instance_id);
      const reports = client_reports.map(({ sequence: own }) => own).filter((own) => isOwn && !reported.includes(own));
      reported = [...reported, ...reports].slice(-EVENTS);
      if (!isUnsure) reports.forEach(shift);
      for (const event of events) {
        const entry = find(instance_id, event, reports);
        flight.entries.push(entry);
        flight.purposes |= 1 << (event.purpose ? purposes.indexOf(event.purpose) : usualPurpose);
        if (!entry) continue;
        Object.assign(entry.shown, {
          event_name: event.event_name,
          state: 'sent',
          reason: '',
          sequence: event.sequence,
          batch: flight.shown.number,
          properties: event.properties,
        });
        entry.flight = flight;
        ++entry.attempts;
      }
      // A batch begins with the first that waits, while a page is left with the first of the most important purpose.
      // What should have come before has made room for others.
      const inTurn = flight.entries.filter((entry) => entry && !entry.isBlamed) as Entry[];
      const first = Math.min(...inTurn.map((entry) => entry.order));
      const least = isLeaving ? Math.max(...inTurn.map(({ purpose }) => purpose)) : Infinity;
      if (inTurn.length)
        for (const entry of entries)
          if (entry.shown.state === 'queued' && !entry.isBlamed && entry.order < first && entry.purpose <= least)
            drop(entry, 'evicted');
    },

    leave() {
      isLeaving = isUnsure = true; // a report of a less important purpose may come late
      unsureUntil = order;
    },

    rest() {
      if (underWay.size < FLIGHTS) isLeaving = false;
    },

    compress(bytes) {
      const last = batches.at(-1);
      if (last && bytes) last.shown.gzip_bytes = bytes;
    },

    respond(nowMs, batch, status, rejected, given) {
      const flight = underWay.get(batch);
      if (!flight) return;
      underWay.delete(batch);
      land(flight, nowMs, status, rejected);
      if (!isAccepted(status) && status !== 413) isLeaving = false;
      if (!isAccepted(status)) return;
      // What was blamed so often that the core gave it up, when others got through.
      entries
        .filter(({ shown, isBlamed }) => isBlamed && shown.state === 'queued')
        .sort((a, b) => b.attempts - a.attempts)
        .slice(0, given)
        .forEach((entry) => drop(entry, 'undeliverable'));
    },

    expire(nowMs) {
      const late = [...underWay].filter(([, flight]) => nowMs - flight.sentMs >= ANSWER_MS);
      for (const [batch, flight] of late) {
        underWay.delete(batch);
        land(flight, nowMs, 0, []);
      }
      return late.length > 0;
    },

    consent(granted, denied) {
      const couldStore = mayStore;
      mayStore = granted > 1;
      if (couldStore !== mayStore) restart(); // another instance_id
      // Purpose 0 is denied by a withdrawal alone, after which the core is gone.
      const allowed = denied & 1 ? 0 : granted | 1;
      const isForgotten = [...underWay.values()].some((flight) => flight.purposes & ~allowed);
      if (isForgotten) underWay.clear();
      isUnsure = true;
      unsureUntil = order;
      for (const entry of entries) {
        const { shown, purpose } = entry;
        if (isForgotten && shown.state === 'sent') shown.state = 'queued';
        if ((allowed >> purpose) & 1) continue;
        if (shown.state === 'queued' || shown.state === 'sent') drop(entry, 'consent_denied');
        delete shown.properties;
        shown.explain = '';
      }
    },

    restore(nowMs, instance, events) {
      foreign = [...foreign.slice(1 - EVENTS), instance];
      for (const event of events) {
        const timeMs = Date.parse(event.timestamp ?? '') || Date.now();
        const entry = add(timeMs, event.purpose ? purposes.indexOf(event.purpose) : usualPurpose, event.event_name);
        entry.key = `${instance}:${event.sequence}`;
        Object.assign(entry.shown, { verdict: 'accepted', restored: true, sequence: event.sequence });
        queue(entry);
        if (nowMs - timeMs > RESTORED_AGE_MS) drop(entry, 'expired');
      }
    },

    start(granted) {
      restart();
      mayStore = granted > 1;
      underWay.clear();
    },

    clear() {
      entries = [];
      batches = [];
    },

    events: () => entries.map(({ shown }) => ({ ...shown })),
    batches: () => batches.map(({ shown }) => ({ ...shown })),
  };
}
