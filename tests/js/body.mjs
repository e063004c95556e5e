// What a tracker sends, read: JSON, as it is or in gzip.
import { gunzipSync } from 'node:zlib';

/** The bytes of a body as they were before they were packed. */
export function unpacked(bytes) {
  const buffer = Buffer.from(bytes);
  return buffer[0] === 0x1f && buffer[1] === 0x8b ? gunzipSync(buffer) : buffer;
}

export const readBody = (bytes) => JSON.parse(unpacked(bytes));
