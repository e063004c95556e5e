// What consent comes to for a tracker, kept ready for every call: of the engine it asks what an application can ask too.
import type { ConsentState, Purpose } from '../types.js';
import type { ConsentEngine } from './engine.js';
import type { Chosen } from './purposes.js';
import { readRecord } from './record.js';
import type { Explanation } from './types.js';

export interface Standing {
  /** Asks the engine anew: to be called first when a change is carried out. */
  refresh(): void;
  /** The purposes in one state as bits, by their places; with those that are denied bit 31 where storage is. */
  bitsOf(state: ConsentState): number;
  /** Whether the device may be used to store: something is granted that needs asking, and storage is not refused. */
  mayStore(): boolean;
  /** A platform that granted something has to be waited for again: nothing goes out, and nothing is deleted. */
  isPaused(): boolean;
  /** Withdrawals so far; what was stored under a smaller count is to be deleted. */
  purgedEpoch(): number;
  /** Another tab has written what was read into `kept`. */
  learn(): void;
}

export function newStanding(engine: ConsentEngine, purposes: Purpose[]): Standing {
  const { known, kept } = engine;
  const named: Chosen[] = [...purposes, 'storage'];
  let now: Explanation[] = [];
  let seen: string; // the record's text
  let paused: (boolean | undefined)[] = []; // by purpose

  const standing: Standing = {
    refresh() {
      const before = now;
      seen = kept.recordText;
      now = named.map((purpose) => engine.explain(purpose as Purpose));
      paused = now.map(
        ({ steps, value }, place) =>
          value === 'unknown' &&
          steps.at(-1)!.reason === 'silent' &&
          (paused[place] || before[place]?.value === 'granted'),
      );
    },
    bitsOf: (state) =>
      purposes.reduce((bits, _, place) => bits | (+(now[place]!.value === state) << place), 0) |
      (state === 'denied' && now.at(-1)!.value === state ? 1 << 31 : 0),
    mayStore: () => standing.bitsOf('granted') > 1 && standing.bitsOf('denied') >= 0,
    isPaused: () => paused.includes(true),
    purgedEpoch: () => known.record?.purged || 0,
    learn() {
      const before = standing.purgedEpoch();
      if (!kept.recordText) kept.recordText = seen;
      if (kept.recordText === seen) return;
      known.record = readRecord(kept.recordText);
      // A withdrawal that this tab slept through: what it has in memory goes, even if a new grant stands there by now.
      engine.reconsider(standing.purgedEpoch() > before ? 'erase' : 'change');
    },
  };
  standing.refresh();
  return standing;
}
