// What crosses to a core and back: texts and bytes in by its window, bytes and numbers out.
import { ENTROPY_BYTES, INPUT_BYTES, TOO_LONG, type CoreExports } from './core.js';
import { SHORT_TEXT_CHARACTERS } from './limits.js';

export type Totals = [accepted: number, acknowledged: number, rejected: number, dropped: number, wiped: number];

export interface Border {
  /** Writes text to the input window. Returns its length in bytes, or TOO_LONG. */
  put(text: string): number;
  /** Writes bytes there, at most INPUT_BYTES. */
  putBytes(bytes: Uint8Array): number;
  /** Gives the core fresh random bytes. */
  seed(): void;
  /** Six words that the last call filled in. */
  results: Uint32Array;
  /** The double among them. */
  resultNumber(): number;
  /** A copy of the bytes that the last call points to; and as text. */
  takeBytes(): Uint8Array<ArrayBuffer>;
  takeText(): string;
  countTotals(): Totals;
  /** Overwrites the core's memory. */
  wipe(): void;
}

export function openBorder(core: CoreExports): Border {
  const buffer = core.memory.buffer; // it never grows, so views last
  const input = new Uint8Array(buffer, core.waymark_input(), INPUT_BYTES);
  const results = new Uint32Array(buffer, core.waymark_result(), 6);
  const encoder = new TextEncoder();
  const takeBytes = () => new Uint8Array(buffer, results[2], results[3]).slice();
  return {
    put(text) {
      // For the length of an event a loop is twice as fast as the encoder, which knows more than ASCII.
      if (text.length < SHORT_TEXT_CHARACTERS) {
        let at = 0;
        let seen = 0;
        while (at < text.length) seen |= input[at] = text.charCodeAt(at++);
        if (seen < 128) return at;
      }
      const { read, written } = encoder.encodeInto(text, input);
      return read < text.length ? TOO_LONG : written;
    },
    putBytes(bytes) {
      input.set(bytes);
      return bytes.length;
    },
    seed() {
      crypto.getRandomValues(input.subarray(0, ENTROPY_BYTES));
      core.waymark_seed();
    },
    results,
    resultNumber: () => new Float64Array(buffer, results.byteOffset)[2]!,
    takeBytes,
    takeText: () => new TextDecoder().decode(takeBytes()),
    countTotals() {
      core.waymark_totals();
      return [...new Uint32Array(buffer, results[2], 5)] as Totals;
    },
    wipe: () => void new Uint8Array(buffer).fill(0),
  };
}
