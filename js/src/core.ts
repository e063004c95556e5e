// The border to the core, as wasm/abi.h draws it. The names of the exports become short ones when the package is built.

export const ABI_VERSION = 4;
export const INPUT_BYTES = 65536;
export const ENTROPY_BYTES = 16;
export const TOO_LONG = -1; // WAYMARK_TOO_LONG as the signed number that crosses the border
export const PAGE = 1; // the part of waymark_set_context

// What waymark_poll returns; IDLE is 0, DECIDED is 4, FORGET is 6.
export const WAIT = 1;
export const SEND = 2;
export const STORE = 3;
export const KEEP = 5;
export const FORGET = 6;

/** The exports of a core, by whichever door they came. */
export interface CoreExports {
  memory: { buffer: ArrayBuffer };
  waymark_abi_version(): number;
  waymark_input(): number;
  waymark_result(): number;
  waymark_seed(): void;
  waymark_plan(length: number): number;
  waymark_start(nowMs: number, granted: number, denied: number, length: number): number;
  waymark_track(nowMs: number, purpose: number, length: number, userRefused: number): number;
  waymark_set_user(length: number): number;
  waymark_set_context(part: number, length: number): number;
  waymark_reset(): void;
  waymark_learn(length: number): void;
  waymark_set_consent(nowMs: number, granted: number, denied: number): void;
  waymark_flush(leaving: number): void;
  waymark_online(nowMs: number): void;
  waymark_poll(nowMs: number): number;
  waymark_respond(nowMs: number, batch: number, status: number, retryAfterMs: number, length: number): void;
  waymark_journal(on: number): void;
  waymark_restore(nowMs: number, length: number): number;
  waymark_compress(): void;
  waymark_explain(): void;
  waymark_totals(): void;
}
