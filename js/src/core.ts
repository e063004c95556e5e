// The loader's half of wasm/abi.h: one view over the core's memory, text in, words and bytes out.

const ABI_VERSION = 2;
const INPUT_BYTES = 65536;
export const ENTROPY_BYTES = 16;
const TOO_LONG = -1; // WAYMARK_TOO_LONG as the signed number that crosses the border

// The parts of waymark_set_context.
export const ALL_BUT_PAGE = 0;
export const PAGE = 1;

// What waymark_poll returns; IDLE is 0, DECIDED is 4.
export const WAIT = 1;
export const SEND = 2;
export const STORE = 3;

/** The exports of wasm/abi.h, by whichever door they came. */
export interface CoreExports {
  memory: { buffer: ArrayBuffer };
  waymark_abi_version(): number;
  waymark_input(): number;
  waymark_result(): number;
  waymark_seed(): void;
  waymark_start(nowMs: number, granted: number, denied: number, length: number): number;
  waymark_track(nowMs: number, purpose: number, length: number): number;
  waymark_set_user(length: number): number;
  waymark_set_context(part: number, length: number): number;
  waymark_reset(): void;
  waymark_set_consent(nowMs: number, granted: number, denied: number): void;
  waymark_flush(leaving: number): void;
  waymark_online(nowMs: number): void;
  waymark_poll(nowMs: number): number;
  waymark_respond(nowMs: number, batch: number, status: number, retryAfterMs: number, length: number): void;
  waymark_explain(): void;
  waymark_totals(): void;
}

/**
 * Wraps fresh exports: the input window, the six words that the last call filled in, and what writes and reads them.
 * Throws if the exports are not of the ABI that this script was made for.
 */
export function attach(exports: CoreExports) {
  const version = exports.waymark_abi_version();
  if (version !== ABI_VERSION) throw new Error(`core ABI is ${version}, not ${ABI_VERSION}`);
  const { buffer } = exports.memory; // it never grows, so views last
  const input = new Uint8Array(buffer, exports.waymark_input(), INPUT_BYTES);
  const result = new Uint32Array(buffer, exports.waymark_result(), 6);
  const encoder = new TextEncoder();

  /** Writes text to the input window. Returns its length in bytes, or TOO_LONG. */
  const put = (text: string): number => {
    const { read, written } = encoder.encodeInto(text, input);
    return read < text.length ? TOO_LONG : written;
  };
  /** A copy of the bytes that the last call points to. */
  const bytes = () => new Uint8Array(buffer, result[2], result[3]).slice();

  return [input, result, put, bytes] as const;
}
