// Calls that wait for consent or for the core, in memory alone.
import { HELD_CHARACTERS, HELD_EVENTS } from './limits.js';

/** An event with what it says for all that follow: who it is, where it is. With a purpose below 0 it is a reset. */
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
  held.length < HELD_EVENTS && `${[held, call]}`.length <= HELD_CHARACTERS;
