// What an application passes in and gets back. Types only: this file leaves nothing in the bundle.
import type { ConsentControls, ConsentMode } from './consent/types.js';

export type * from './consent/types.js';

/** What was decided on one call. `held`: it waits for consent or for the core; the final verdict goes to `onVerdict`. */
export type Verdict =
  'accepted' | 'held' | 'denied' | 'sampled_out' | 'invalid' | 'rate_limited' | 'queue_full' | 'disabled';

export type Purpose = 'necessary' | 'functional' | 'analytics' | 'marketing';
export type ConsentState = 'unknown' | 'granted' | 'denied';
/** `storage` is no purpose, but chosen like one: denied, nothing is kept on the device. */
export type ConsentChoices = Partial<Record<Purpose | 'storage', ConsentState>>;

/** Anything that `JSON.stringify` can write as an object. What it cannot write makes the event `invalid`. */
export type Properties = object;

/** The final verdict on a call that was `held`. */
export interface VerdictInfo {
  verdict: Verdict;
  /** The name given to `track`, or `page`, `identify`, `group`. */
  event_name: string;
  /** Why it was not accepted, in words. Empty if it was. */
  reason: string;
}

export interface Options {
  /** The public id the collector knows the sender by: 1 to 64 bytes. */
  writeKey: string;
  /** The collector's base URL. It must be https, or http on this machine (localhost, 127.0.0.0/8, [::1]). */
  endpoint: string;
  app?: { name?: string; version?: string };
  /** What holds of consent; or what `createConsent` of `waymark/consent` made, which goes on with this tracker. */
  consent?: ConsentOptions | ConsentControls;
  /** What events are to be like. Those that break it are refused or let pass, as the plan's mode says. */
  plan?: Plan;
  sampling?: {
    /** Share of the units that are kept, 0 to 1. */
    rate?: number;
    salt?: string;
    /** The first that is known decides. */
    units?: ('user' | 'device' | 'session' | 'instance')[];
    /** Events that no rate can touch: 32 names at most. */
    always?: string[];
  };
  privacy?: {
    /** Query parameters that URLs keep beside the utm ones and `ref`: 32 at most. */
    urlParameters?: string[];
    /** Keys that hold personal data on purpose, for example `city`. */
    keys?: string[];
  };
  /** What to do with an event name that is not `object_action` in snake_case. `warn` is the default. */
  names?: 'warn' | 'reject' | 'off';
  /** 0, the default, is no limit. */
  eventsPerMinute?: number;
  /** Called with the final verdict of each call that was `held`. What it throws is caught. */
  onVerdict?: (info: VerdictInfo) => void;
  /**
   * Where the choice, the ids and what is not delivered yet are kept: localStorage and IndexedDB (the default), or this
   * page's memory.
   */
  storage?: 'local' | 'memory';
  /** False sends batches as they are, which is easier to read in a network panel. Else they go as gzip. */
  compression?: boolean;
  /** False turns the tracker off: no call does anything. */
  enabled?: boolean;
  /**
   * `anonymous`: events have no ids and no times, and of their properties only numbers, booleans and what the tracking
   * plan enumerates. `full` when left out.
   */
  profile?: 'full' | 'anonymous';
  /** Reports faults to `console.error`. Without it the tracker is silent. */
  debug?: boolean;
}

export interface ConsentOptions {
  /** What the region asks for. `opt-in` (the default): nothing before a choice. */
  mode?: ConsentMode;
  /** Modes by region, `US-CA` before `US`; with `region`, which your server knows. What is not listed is `opt-in`. */
  regions?: Record<string, ConsentMode>;
  region?: string;
  /** What holds of a purpose until the person has chosen, in place of what the mode says. */
  defaults?: ConsentChoices;
  /**
   * While a purpose is unknown: `hold` (the default) keeps calls in memory until the choice; `drop` denies them at once;
   * `cookieless` sends them without any id and keeps nothing on the device, which is not free of consent everywhere.
   */
  whileUnknown?: 'hold' | 'drop' | 'cookieless';
  /** A choice on another version is asked for again. 64 bytes at most. */
  policyVersion?: string | number;
  /** SHA-256 of the notice in hex: a choice on another text is asked for again. When left out, any text will do. */
  noticeHash?: string;
  /** How long a choice holds, grant and refusal alike: 180 days when left out, 396 at most. */
  expiresAfterDays?: number;
  /** What Global Privacy Control denies: `['marketing']` when left out. */
  gpc?: Purpose[] | false;
  /** Whether Do Not Track denies all. */
  dnt?: boolean;
  /** Whether a withdrawal asks the collector to erase what it has of the anonymous id. */
  erase?: boolean;
}

/** A compiled tracking plan, as `waymark plan compile --format module` writes it. */
export interface Plan {
  /** Its bytes, 64 KiB at most, or the same in base64. */
  table: string | Uint8Array;
  /** The names of its purposes, `necessary` first, where they are not the usual four. 16 at most. */
  purposes?: Purpose[];
  /** The purposes of its events, where they are not `analytics`. */
  events?: Record<string, Purpose>;
}

/** Options of the entry `waymark/url`. */
export interface CoreOption {
  /** Where the core comes from: a URL, the answer to a fetch, its bytes, or a module that the platform compiled. */
  core?: string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module;
}

export interface TrackOptions {
  /** What the data is used for. `analytics` when left out. */
  purpose?: Purpose;
}

export interface FlushOptions {
  /** How long to wait at most. 10 000 when left out. */
  timeoutMs?: number;
}

/** What became of the calls that were waiting when `flush` was called. */
export interface FlushCounts {
  acknowledged: number;
  rejected: number;
  dropped: number;
  pending: number;
}

/** One independent tracker. No function of it throws, and each works without its object (`const { track } = tracker`). */
export interface Tracker {
  /** Settles when the core runs or the tracker is disabled. Never rejects. Before any consent it waits. */
  ready: Promise<void>;
  /** Records an event. `name` is `object_action` in snake_case, 64 bytes at most. */
  track(name: string, properties?: Properties, options?: TrackOptions): Verdict;
  /** Records `page_viewed` with the page's URL, title and referrer. */
  page(properties?: Properties, options?: TrackOptions): Verdict;
  /** Says who the person is from now on: 64 bytes at most. */
  identify(userId: string, traits?: Properties, options?: TrackOptions): Verdict;
  /** Says which group the person belongs to: 64 bytes at most. */
  group(groupId: string, traits?: Properties, options?: TrackOptions): Verdict;
  /** Forgets the user and starts a new anonymous id and session, for example at sign-out. */
  reset(): void;
  /** Sends what is queued now; resolves when all of it is acknowledged or given up, or the time is over. */
  flush(options?: FlushOptions): Promise<FlushCounts>;
  consent: ConsentControls;
  /** Why the core did not accept the last call, or why the tracker is disabled. Else empty. */
  explain(): string;
}

/** What an entry of this package exports. `MoreOptions` are those of its door. */
export interface Api<MoreOptions = unknown> extends Omit<Tracker, 'ready' | 'explain'> {
  /** Starts the page's one tracker and returns it; a second call changes nothing. Never throws. */
  init(options: Options & MoreOptions): Tracker;
  /** A tracker of its own, with its own ids and queue. Give each its own write key: storage is kept by write key. */
  createTracker(options: Options & MoreOptions): Tracker;
}
