// What stands behind each purpose, and what a consent banner or a platform's adapter says and asks. Types only.
import type { ConsentChoices, ConsentState, Purpose } from '../types.js';

/** `explicit`: the person chose. `implied`: the region's law lets it be until they object. */
export type Basis = 'explicit' | 'implied' | 'default' | 'signal';

/** What a consent platform says of a purpose. `implied`: granted as the region's law lets it be, without a choice. */
export type PlatformState = ConsentState | 'implied';
export type PlatformChoices = Partial<Record<Purpose | 'storage', PlatformState>>;

/** What a region asks for: a choice before anything, or before anything ends. `notice` is opt-out without a banner's choice. */
export type ConsentMode = 'opt-in' | 'opt-out' | 'notice';

/** The text that a person decided on. */
export interface Notice {
  /** SHA-256 of the text as it was shown, in hex. */
  hash: string;
  /** BCP 47, for example `pt-BR`. */
  locale: string;
  /** Which interface: `banner`, `dialog`, `settings`, or a name of your own. */
  variant: string;
}

/** How a choice came to be. */
export interface Decided {
  /** `user` when a person chose in an interface; `api` when left out. */
  source?: string;
  notice?: Notice;
}

/** A decision of the person, as it was put into the record. */
export interface Decision extends Decided {
  source: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Counts the changes of the record. */
  epoch: number;
  policy: string;
  /** Of all purposes, after the decision. */
  choices: Record<Purpose, ConsentState>;
  isWithdrawal: boolean;
}

export interface PurposeStatus {
  purpose: Purpose;
  value: ConsentState;
  basis: Basis;
  /** `user`, `api`, `gpc`, `dnt`, `cmp:tcf` and the like, `policy`. */
  source: string;
  /** Nobody can change it here: `necessary`, and what a signal denies. */
  isLocked: boolean;
  /** When the person chose and until when that holds, in milliseconds since 1970. */
  at?: number;
  expiresAt?: number;
  /** The rules that were asked, in their order; the last one decided. */
  steps: RuleStep[];
}

export interface ConsentStatus {
  mode: ConsentMode;
  /** A choice is to be asked for: there is none, or it expired, or policy or notice changed. */
  mustAsk: boolean;
  /** The opt-out signals that are honoured. */
  signals: ('gpc' | 'dnt')[];
  purposes: PurposeStatus[];
}

/** One step of the rules, in the order in which they were asked. */
export interface RuleStep {
  rule: string;
  /** What the rule said; none: it did not apply. */
  value?: ConsentState;
  reason: string;
}

export interface Explanation extends PurposeStatus {
  /** Whether data may be processed and sent, and whether the device may be used to store. */
  mayProcess: boolean;
  mayStore: boolean;
}

/** What a withdrawal deleted, where. */
export interface PurgeReport {
  /** Requests under way that were aborted. */
  requests: number;
  /** Events in memory that were overwritten. */
  events: number;
  /**
   * Names of what was deleted, each with its place: `localStorage:waymark:demo`, `cacheStorage:waymark:demo`,
   * `indexedDB:waymark:demo`.
   */
  stores: string[];
  /** Bytes of the core's memory that were overwritten. */
  memoryBytes: number;
  /** Whether the collector is asked to erase what it has. */
  isErasureRequested: boolean;
  /**
   * What came of that: `pending` when `withdraw` returns; later the same object says `sent`, once the collector has taken
   * the request, or `failed`, once it was refused or not answered for about three minutes.
   */
  erasure?: 'pending' | 'sent' | 'failed';
}

/** What banners and adapters need of a tracker's `consent`. */
export interface ConsentControls {
  get(purpose: Purpose): ConsentState;
  /** Records a choice for the purposes named; `unknown` forgets it. Anything but the three states is passed over. */
  set(choices: ConsentChoices, decided?: Decided): void;
  /**
   * Takes all consent back. In the same task, in this order: nothing passes any more, what is under way is aborted,
   * listeners are removed, memory is overwritten, ids and everything kept are deleted but for one record of the refusal,
   * other tabs hear of it. Until the next `set` nothing is sent, `necessary` included.
   */
  withdraw(decided?: Decided): PurgeReport;
  /** Calls `listener` after every change, until the function that is returned is called. */
  onChange(listener: (choices: Record<Purpose, ConsentState>) => void): () => void;
  /** Calls `listener` after every `set` and `withdraw`, whether it changed something or not, until the function that is returned is called. */
  onDecision(listener: (decision: Decision) => void): () => void;
  /**
   * What a consent platform says, under a name of its own (`cmp:tcf`). From the first report of a source on, nothing is
   * granted that it does not grant, and what it grants without a choice is granted on the basis `implied`; without `choices` it has not said anything yet, or is not to be trusted: unknown.
   */
  report(source: string, choices?: PlatformChoices): void;
  status(): ConsentStatus;
  /** Why a purpose is granted or not: each rule that was asked, in order. */
  explain(purpose: Purpose): Explanation;
}
