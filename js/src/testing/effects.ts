// What a page may do that someone who has not agreed would mind, and what is written down of it.

/** The kinds of effects. `what` of an observation says more: */
export type Effect =
  /** `GET https://host/path` */
  | 'request'
  /** `host:443` that was connected to without a request that is known, or a wish to: preconnect, WebRTC. */
  | 'connection'
  /** The URL. */
  | 'websocket'
  /** Its name. */
  | 'cookie'
  /** `localStorage key` or `sessionStorage key`, written or there. */
  | 'storage'
  /** A look at what is kept, `localStorage key` or `cookie`. */
  | 'storage_read'
  /** Something that was kept is deleted: `localStorage key`, `cookie name`. Not reported after a withdrawal. */
  | 'removal'
  /** The name of an IndexedDB database. */
  | 'database'
  /** The name of a cache. */
  | 'cache'
  /** A path in the origin's private file system, or the call that opens it. */
  | 'file_system'
  /** Its scope or script. */
  | 'service_worker'
  /** Its script. */
  | 'worker'
  /** Its name. */
  | 'channel'
  /** The name of a Web Lock that is asked for, held or waited for. */
  | 'lock'
  | 'window_name'
  /** `pushState` or `replaceState`, or `state` that is there. */
  | 'history'
  /** `window scroll`: on what and for what. */
  | 'listener'
  /** `setTimeout 5000 ms`. */
  | 'timer'
  /** `PerformanceObserver`. */
  | 'observer'
  /** `History.prototype.pushState`: a function of the browser that is another now. */
  | 'replaced'
  /** `navigator.userAgent`: what tells one device from another. */
  | 'device_read'
  /** `WebAssembly.compile`. */
  | 'wasm'
  /** A value by which a visitor can be known again, and where it was found. */
  | 'id';

/** Who saw it. No one of them sees all. */
export type Instrument =
  /** Functions of the page that were wrapped before its first script. */
  | 'hook'
  /** The browser's own events of its network. */
  | 'network'
  /** The proxy that all of a visit's traffic passes. */
  | 'proxy'
  /** The browser's own lists of what is kept and who listens. */
  | 'state'
  /** Functions of the browser compared with what they were. */
  | 'intrinsics'
  /** Elements that ask for something: `link rel=preconnect`. */
  | 'document';

export interface Place {
  /** The script, or the page if it stands in there. */
  readonly url: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** When: before the choice, after a yes, after it was taken back or after a no. */
export type Stage = 'before' | 'accepted' | 'after';

/** What the visitor was doing. */
export type Phase =
  | 'load'
  | 'scroll'
  | 'click'
  | 'type'
  | 'steps'
  | 'route'
  | 'hide'
  | 'idle'
  | 'choice'
  | 'reload'
  | 'leave'
  | 'remains';

export interface Observation {
  readonly effect: Effect;
  readonly what: string;
  readonly instrument: Instrument;
  readonly stage: Stage;
  readonly phase: Phase;
  /** Milliseconds since the visit began. */
  readonly atMs: number;
  readonly where?: Place;
  /** What was written or sent, to look for ids in; at most 64 KiB. */
  readonly value?: string;
  /** Of a request: a file that makes up the page itself. */
  readonly ownFile?: 'code' | 'asset';
}

/** What an instrument knows; stage, phase and time are added by the visit. */
export type Sighting = Omit<Observation, 'stage' | 'phase' | 'atMs'>;

export const maxValueLength = 64 * 1024;
