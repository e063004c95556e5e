// What an application passes in and gets back. Types only: this file leaves nothing in the bundle.

/** What was decided on one call. `held`: it waits for consent or for the core; the final verdict goes to `onVerdict`. */
export type Verdict =
  'accepted' | 'held' | 'denied' | 'sampled_out' | 'invalid' | 'rate_limited' | 'queue_full' | 'disabled';

export type Purpose = 'necessary' | 'functional' | 'analytics' | 'marketing';
export type ConsentState = 'unknown' | 'granted' | 'denied';
export type ConsentChoices = Partial<Record<Purpose, ConsentState>>;

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
  consent?: {
    /** What holds until the person has chosen. All but `necessary` are `unknown` when left out. */
    defaults?: ConsentChoices;
    /** `hold` (the default) keeps calls in memory until the choice; `drop` denies them at once. */
    whileUnknown?: 'hold' | 'drop';
  };
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
  /** Reports faults to `console.error`. Without it the tracker is silent. */
  debug?: boolean;
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

export interface Consent {
  /** The state of one purpose; `unknown` for a purpose that does not exist. */
  get(purpose: Purpose): ConsentState;
  /** Records a choice for the purposes named; `unknown` forgets it. Anything but the three states is passed over. */
  set(choices: ConsentChoices): void;
  /**
   * Takes all consent back. In the same task what is under way is aborted and everything kept is erased but for one
   * record of the refusal. Until the next `set`, nothing is sent, `necessary` included.
   */
  withdraw(): void;
  /** Calls `listener` after every change, until the function that is returned is called. */
  onChange(listener: (choices: Record<Purpose, ConsentState>) => void): () => void;
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
  consent: Consent;
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
