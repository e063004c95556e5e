// The banner without its looks: what is to be asked and shown, and what an answer does. For the element of this package
// as for markup of your own. It touches no document.
import type { ConsentControls, ConsentMode, ConsentStatus, Notice, PurposeStatus } from '../consent/types.js';
import type { ConsentChoices, Purpose } from '../types.js';
import { noticeOf, type ShownNotice } from './notice.js';

/** `first`: the question, with accept, reject and settings. `closed`: the button to open it again, and no more. */
export type BannerView = 'first' | 'settings' | 'closed';

export interface PurposeRow {
  purpose: Purpose;
  /** How its switch stands. */
  isOn: boolean;
  /** Nobody can change it here: `necessary`, and what a signal denies. */
  isLocked: boolean;
  /** Who said so: `user`, `api`, `gpc`, `policy` and others. */
  source: string;
}

/** One value: it is replaced when something changes, never changed. */
export interface BannerSnapshot {
  readonly view: BannerView;
  readonly mode: ConsentMode;
  /** A purpose that is asked for here has no answer yet: the settings lead back to the question. */
  readonly mustAsk: boolean;
  /** The opt-out signals that are honoured, which the person must be told. */
  readonly signals: readonly ('gpc' | 'dnt')[];
  readonly rows: readonly PurposeRow[];
  /** The person has granted something: offer to take it back in one step. */
  readonly canWithdraw: boolean;
}

export interface BannerStateOptions {
  consent: ConsentControls;
  /** The purposes to ask for, in this order. All of the tracker's when left out. */
  purposes?: Purpose[];
  /** What is shown now; `setNotice` says it later. */
  notice?: ShownNotice;
}

export interface BannerState {
  get(): BannerSnapshot;
  /**
   * Calls `listener` after every change, until the function that is returned is called. The tracker is followed while
   * there is a listener, and no longer.
   */
  onChange(listener: () => void): () => void;
  /** Opens the settings. Every switch stands as the person left it. */
  open(): void;
  /** Leaves the settings without a choice: to the question if it is unanswered, else closed. */
  close(): void;
  /** Turns the switch of a purpose that is not locked. Nothing is recorded before `save`. */
  turn(purpose: Purpose, isOn: boolean): void;
  /**
   * Record a choice for every purpose that is not locked, with the notice, and close. The promise settles when it is
   * recorded: within the call if the hash of the notice is ready, else when it is. Further calls until then do nothing.
   */
  acceptAll(): Promise<void>;
  rejectAll(): Promise<void>;
  save(): Promise<void>;
  /** The same for `consent.withdraw`: all that was granted ends, what was kept is deleted. */
  withdraw(): Promise<void>;
  /** Says what is shown from now on. Call it whenever the texts change. Resolves when its hash is ready. */
  setNotice(shown: ShownNotice): Promise<Notice>;
}

/** What the tracker says. Throws a `TypeError` where there is none. */
export function statusOf(consent: ConsentControls): ConsentStatus {
  if (consent?.status) return consent.status();
  throw new TypeError(`consent: not given. Give the tracker's`);
}

/**
 * The purposes of `status` that are asked for, in order; none before the tracker has begun. Throws a `TypeError` for one
 * that it does not know.
 */
export function askedPurposes({ purposes: known }: ConsentStatus, purposes?: Purpose[]): PurposeStatus[] {
  if (!purposes) return known;
  if (!Array.isArray(purposes)) throw new TypeError(`purposes: no list. Give ['${purposes}']`);
  if (!known.length) return [];
  return purposes.map((name) => {
    const found = known.find(({ purpose }) => purpose === name);
    if (found) return found;
    const names = known.map(({ purpose }) => purpose).join(', ');
    throw new TypeError(`purposes: the tracker has no purpose "${name}". Name some of: ${names}`);
  });
}

const LONGEST_WAIT_MS = 512;

/**
 * Calls `body` once the tracker has begun: now, or after `init`, of which its `consent` tells nobody. Returns what ends
 * the waiting.
 */
export function whenBegun(consent: ConsentControls, body: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function look(waitMs: number) {
    if (statusOf(consent).purposes.length) body();
    else timer = setTimeout(look, waitMs, Math.min(2 * waitMs, LONGEST_WAIT_MS));
  }
  look(8);
  return () => clearTimeout(timer);
}

/**
 * How a switch stands before the person touches it. Where consent must be opt-in, it is on only by the person's own
 * and present choice: no option, default or expired choice can tick it (Recital 32 GDPR; CJEU C-673/17, Planet49).
 */
const standsOn = (mode: ConsentMode, mustAsk: boolean, { value, basis, isLocked }: PurposeStatus) =>
  value === 'granted' && (isLocked || mode !== 'opt-in' || (basis === 'explicit' && !mustAsk));

/** The banner's state over a tracker's `consent`. Throws a `TypeError` for a purpose that the tracker does not know. */
export function newBannerState({ consent, purposes, notice }: BannerStateOptions): BannerState {
  const listeners = new Set<() => void>();
  let snapshot = read();

  let shown = '';
  let hashing: Promise<Notice> | undefined;
  let ready: Notice | undefined;
  let isRecording = false;
  let unfollow = () => {};

  /** Without a `view` that of a page on which nobody has opened the settings. */
  function read(view?: BannerView): BannerSnapshot {
    const status = statusOf(consent);
    const { mode, signals } = status;
    const asked = askedPurposes(status, purposes);
    // The tracker counts purposes too that nobody is asked for here.
    const mustAsk = status.mustAsk && asked.some(({ basis, isLocked }) => !isLocked && basis !== 'explicit');
    const rows = asked.map((purpose) => ({
      purpose: purpose.purpose,
      isOn: standsOn(mode, mustAsk, purpose),
      isLocked: purpose.isLocked,
      source: purpose.source,
    }));
    const canWithdraw = asked.some((one) => !one.isLocked && one.value === 'granted' && one.basis === 'explicit');
    return { view: view ?? (mustAsk ? 'first' : 'closed'), mode, mustAsk, signals, rows, canWithdraw };
  }

  function become(next: BannerSnapshot) {
    snapshot = next;
    for (const listener of [...listeners]) listener();
  }

  /** After a change made elsewhere, for example in another tab. It replaces what was turned here and not saved. */
  function follow() {
    if (isRecording) return;
    const next = read(snapshot.view);
    const isNewQuestion = next.mustAsk && !snapshot.mustAsk && snapshot.view === 'closed';
    const isAnswered = !next.mustAsk && snapshot.view === 'first';
    become({ ...next, view: isNewQuestion ? 'first' : isAnswered ? 'closed' : snapshot.view });
  }

  function record(choices: ConsentChoices | undefined, notice?: Notice) {
    const decided = { source: 'user', notice };
    try {
      if (choices) consent.set(choices, decided);
      else consent.withdraw(decided);
    } finally {
      isRecording = false;
    }
    become(read('closed'));
  }

  async function choose(isGranted?: (row: PurposeRow) => boolean) {
    if (isRecording) return;
    isRecording = true;
    const rows = snapshot.rows.filter(({ isLocked }) => !isLocked);
    const choices =
      isGranted && Object.fromEntries(rows.map((row) => [row.purpose, isGranted(row) ? 'granted' : 'denied'] as const));
    if (!hashing || ready) return record(choices, ready);
    record(choices, await hashing);
  }

  function setNotice(next: ShownNotice) {
    const asText = JSON.stringify([next.locale, next.variant, next.texts]);
    if (hashing && asText === shown) return hashing;
    shown = asText;
    ready = undefined;
    const begun = noticeOf(next).then((hashed) => {
      if (hashing === begun) ready = hashed;
      return hashed;
    });
    return (hashing = begun);
  }
  if (notice) void setNotice(notice);

  return {
    get: () => snapshot,
    onChange(listener) {
      if (listeners.size === 0) {
        const leave = consent.onChange(follow);
        const stopWaiting = whenBegun(consent, follow);
        unfollow = () => {
          leave();
          stopWaiting();
        };
      }
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) unfollow();
      };
    },
    open: () => become(read('settings')),
    close: () => become(read()),
    turn(purpose, isOn) {
      const rows = snapshot.rows.map((row) => (row.purpose === purpose && !row.isLocked ? { ...row, isOn } : row));
      become({ ...snapshot, rows });
    },
    acceptAll: () => choose(() => true),
    rejectAll: () => choose(() => false),
    save: () => choose(({ isOn }) => isOn),
    withdraw: () => choose(),
    setNotice,
  };
}
