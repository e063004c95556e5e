// What became of the events that were queued when flush was called.
import type { Totals } from './border.js';
import type { FlushCounts } from './types.js';

/** Asked after each turn of the tracker; true: wait on. `isLast`: the tracker ends. */
export type Check = (isLast?: boolean) => boolean | void;

/**
 * Resolves when all that was accepted has an outcome, after `timeoutMs`, or when the tracker ends. `turn` lets the
 * tracker do what is due, and so asks the check that `wait` was given.
 */
export function countFlush(
  totals: () => Totals,
  wait: (check: Check) => void,
  turn: () => void,
  timeoutMs: number,
): Promise<FlushCounts> {
  const before = totals();
  return new Promise((resolve) => {
    let isOver: boolean;
    const timer = setTimeout(() => {
      isOver = true;
      turn();
    }, timeoutMs);
    wait((isLast) => {
      const now = totals();
      const pending = Math.max(0, before[0] - now[1] - now[2] - now[3] - now[4]);
      if (pending && !isOver && !isLast) return true;
      clearTimeout(timer);
      resolve({
        acknowledged: now[1] - before[1],
        rejected: now[2] - before[2],
        dropped: now[3] - before[3],
        pending,
      });
    });
    turn();
  });
}
