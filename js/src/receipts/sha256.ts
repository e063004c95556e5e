// SHA-256 (FIPS 180-4) of a text in UTF-8. The platform's own answers only later, when a page may be gone, and only on
// secure pages.

const rotate = (word: number, bits: number) => (word >>> bits) | (word << (32 - bits));

/** 64 hexadecimal digits. */
export function sha256(text: string): string {
  // The first bits of the fractions of the square roots, for the state, and of the cube roots of the first primes.
  let state: number[] = [];
  const cubes: number[] = [];
  for (let n = 2; !cubes[63]; ++n) {
    let divisor = 2;
    while (n % divisor) ++divisor;
    if (divisor < n) continue;
    if (!state[7]) state.push((n ** (1 / 2) * 2 ** 32) | 0);
    cubes.push((n ** (1 / 3) * 2 ** 32) | 0);
  }
  const bytes = [...new TextEncoder().encode(text), 128];
  const words: number[] = [];
  bytes.forEach((byte, at) => (words[at >> 2] = (words[at >> 2] ?? 0) | (byte << (24 - (at % 4) * 8))));
  const size = ((bytes.length + 71) >> 6) << 4;
  words[size - 1] = (bytes.length - 1) * 8;
  for (let at = 0; at < size; at += 16) {
    const w: number[] = [];
    const s = [...state];
    for (let i = 0; i < 64; ++i) {
      const [a, b, c, , e, f, g, h] = s as [number, number, number, number, number, number, number, number];
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      w[i] =
        (i < 16
          ? words[at + i]!
          : w[i - 16]! +
            w[i - 7]! +
            (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) +
            (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10))) | 0;
      const t = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + cubes[i]! + w[i]!;
      s.unshift((t + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0);
      s[4] = (s[4]! + t) | 0;
    }
    state = state.map((word, i) => (word + s[i]!) | 0);
  }
  return state.map((word) => (2 ** 32 + (word >>> 0)).toString(16).slice(1)).join('');
}
