// The trackers that are watched, and who wants to know: one list a page, whichever copy of this script is used.
import { PURPOSES } from '../consent/purposes.js';
import type { HeldCall } from '../hold.js';
import type { InspectedTotals, InspectedTracker, Inspection } from '../inspection.js';
import type { Options, Tracker } from '../types.js';
import type { Watcher } from '../watcher.js';
import { HELD_EVERY_MS, TRACKERS } from './bounds.js';
import { newLedger } from './ledger.js';
import { observe } from './observe.js';

export interface Watching {
  inspect(): Inspection;
  /** Calls `listener` after changes, once for those of one task. Returns what stops it. */
  subscribe(listener: () => void): () => void;
  /** Empties the lists; the counts stay. */
  clear(): void;
}

interface Watched {
  look(): boolean;
  clear(): void;
  inspect(): InspectedTracker;
}

const noTotals: InspectedTotals = { accepted: 0, acknowledged: 0, rejected: 0, dropped: 0, wiped: 0 };
const totalNames = Object.keys(noTotals) as (keyof InspectedTotals)[];

/** Begins to watch a tracker. Returns what is to be done with its cores. */
function watchTracker(options: Options, held: () => HeldCall[], tracker: Tracker, changed: () => void) {
  const purposes = options.plan?.purposes ?? PURPOSES;
  const ledger = newLedger(purposes);
  let isAsked = false;
  let error = '';
  let before = noTotals; // of cores that are gone
  let totals = noTotals;

  const consentOf = (purpose: number) => tracker.consent.get(purposes[purpose]!);

  /** Why the tracker is disabled, if its core does not run: a core is asked by `explain`. */
  function ask(): { isRunning: boolean; fault: string } {
    isAsked = false;
    const fault = tracker.explain();
    return { isRunning: isAsked, fault: isAsked ? '' : fault };
  }

  const look = () =>
    ledger.hold(
      held(),
      (purpose) => (consentOf(purpose) === 'unknown' ? 'consent_unknown' : 'core_starting'),
      (purpose) => {
        const { fault } = ask();
        if (fault) return fault.startsWith('disabled') ? fault : `disabled: ${fault}`;
        return consentOf(purpose) === 'denied' ? 'consent_denied' : 'hold_expired';
      },
    );

  const watched: Watched = {
    look,
    clear: ledger.clear,
    inspect() {
      look();
      const { isRunning, fault } = ask();
      return {
        writeKey: options.writeKey || '',
        state: isRunning ? 'running' : fault ? 'disabled' : 'waiting',
        fault: fault || error,
        consent: Object.fromEntries(
          purposes.map((purpose) => [purpose, tracker.consent.get(purpose)]),
        ) as InspectedTracker['consent'],
        totals: { ...totals },
        events: ledger.events(),
        batches: ledger.batches(),
      };
    },
  };

  const fail = (fault: unknown) => void (error = `watching failed: ${fault}`);

  const wrap: ReturnType<Watcher> = (core) => {
    try {
      look();
      before = totals;
      return observe(core, {
        ledger,
        changed,
        fail,
        count(now) {
          totals = { ...now };
          for (const name of totalNames) totals[name] += before[name];
        },
        explained: () => void (isAsked = true),
      });
    } catch (fault) {
      fail(fault);
      return core; // the tracker goes on, unwatched
    }
  };
  return { watched, wrap };
}

function newWatching(): Watcher & Watching {
  let trackers: Watched[] = [];
  let isDue = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  const listeners = new Set<() => void>();

  function changed() {
    if (isDue) return;
    isDue = true;
    // Never within a call of a tracker, which may be reading what its core gave.
    queueMicrotask(() => {
      isDue = false;
      listeners.forEach((listener) => queueMicrotask(listener));
    });
  }

  const watcher: Watcher = (options, held, tracker) => {
    const { watched, wrap } = watchTracker(options, held, tracker, changed);
    trackers = [...trackers.slice(1 - TRACKERS), watched];
    changed();
    return wrap;
  };
  const watching: Watching = {
    inspect: () => ({ trackers: trackers.map((tracker) => tracker.inspect()) }),
    subscribe(given) {
      const listener = () => listeners.has(listener) && given(); // each subscription is its own
      listeners.add(listener);
      // A call that waits for a core tells nobody.
      timer ??= setInterval(() => {
        if (trackers.filter((tracker) => tracker.look()).length) changed();
      }, HELD_EVERY_MS);
      (timer as { unref?(): void }).unref?.();
      return () => {
        listeners.delete(listener);
        if (listeners.size) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    clear() {
      trackers.forEach((tracker) => tracker.clear());
      changed();
    },
  };
  return Object.assign(watcher, watching);
}

/** That of this page. It is made, and trackers find it, from the first call on. */
export function watching(): Watching {
  const page = globalThis as unknown as Record<symbol, (Watcher & Watching) | undefined>;
  return (page[Symbol.for('waymark.watch')] ??= newWatching());
}
