// Seals what the journal keeps, and the state (vault.ts): ChaCha20 (RFC 8439, 2.3 and 2.4). A database leaves deleted rows
// on the disk for a while; with the key gone they say nothing. Not against who has the device while consent holds: the key
// lies beside.

const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

/** A new key, of eight words, or nonce, of three, as text; and its words. */
export const randomWords = (count: number) => crypto.getRandomValues(new Uint32Array(count)).join('.');
export const wordsOf = (key: string) => key.split('.').map(Number);

/** One text of a character a byte, and back. */
export const asText = (bytes: Uint8Array) => bytes.reduce((text, byte) => text + String.fromCharCode(byte), '');
export const asBytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/**
 * Seals bytes, and opens sealed ones. `key`: eight words; `nonce`: three, never the same twice under one key; further
 * words are left out. For up to 256 GiB.
 */
export function seal(key: Iterable<number>, nonce: Iterable<number>, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = Uint8Array.from(bytes);
  const start = Uint32Array.of(...CONSTANTS, ...key, 0, ...nonce).subarray(0, 16);
  const x = new Uint32Array(16);
  /** Adds word b to a, and turns d by what came of it. */
  const turn = (a: number, b: number, d: number, bits: number) => {
    x[a]! += x[b]!;
    const mixed = x[d]! ^ x[a]!;
    x[d] = (mixed << bits) | (mixed >>> (32 - bits));
  };
  for (let at = 0; at < out.length; at += 64, start[12]!++) {
    x.set(start);
    for (let round = 0; round < 80; round++) {
      // Four quarter rounds on columns, then four on diagonals.
      const a = round & 3;
      const shift = round & 4 ? 1 : 0;
      const b = 4 + ((a + shift) & 3);
      const c = 8 + ((a + 2 * shift) & 3);
      const d = 12 + ((a + 3 * shift) & 3);
      turn(a, b, d, 16);
      turn(c, d, b, 12);
      turn(a, b, d, 8);
      turn(c, d, b, 7);
    }
    for (let i = 0; i < 64 && at + i < out.length; i++) {
      const word = (x[i >> 2]! + start[i >> 2]!) >>> (8 * (i & 3));
      out[at + i]! ^= word;
    }
  }
  return out;
}
