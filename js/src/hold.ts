// Calls that wait for the core, in memory alone: 100 events and 64 Ki characters at most. Their age is checked when
// the core starts, because before a grant there is no timer.

const HELD_EVENTS = 100;
const HELD_CHARACTERS = 64 * 1024;
export const HELD_AGE_MS = 30 * 60 * 1000;

/** An event with what it says for all that follow: who it is, where it is. Without a name it is a reset. */
export type HeldCall = [
  timeMs: number,
  purpose: number,
  name: string,
  properties: string,
  user?: string,
  page?: string,
];

/** Whether there is room for one more. */
export const hasRoom = (held: HeldCall[], call: HeldCall) =>
  held.length < HELD_EVENTS && [...held, call].join('').length <= HELD_CHARACTERS;
