// Posts one batch.
import { KEEPALIVE_BYTES, LONGEST_WAIT_MS } from './limits.js';

let keepaliveBytes = 0; // under way, of all trackers of the page

/** HTTP status, 0 for no answer; the wait it asks for; the indices of rejected events, each ended by a character. */
export type Answer = [status: number, retryAfterMs: number, rejected: string];

/**
 * Never rejects. `mayKeepAlive`: the request may outlive the page, if there is room for its `size` in bytes. Without a
 * header for it the wait is 0.
 */
export async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  body: string,
  size: number,
  mayKeepAlive: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  const answer: Answer = [0, 0, ''];
  const keepalive = mayKeepAlive && keepaliveBytes + size <= KEEPALIVE_BYTES;
  if (keepalive) keepaliveBytes += size;
  try {
    // A text is sent as text/plain, which needs no preflight.
    const response = await fetch(url, { method: 'POST', body, keepalive, credentials: 'omit', signal });
    answer[0] = response.status;
    // RFC 9110, 10.2.3: seconds, or a date.
    const wait = response.headers.get('retry-after') as unknown as number;
    answer[1] = Math.min(wait >= 0 ? wait * 1000 : Date.parse(`${wait}`) - Date.now(), LONGEST_WAIT_MS);
    // An answer that is not understood or breaks off rejects nothing: its status is known.
    answer[2] = (await response.json()).rejected.map(({ index }: { index: number }) => index) + ']';
  } catch {}
  if (keepalive) keepaliveBytes -= size;
  return answer;
}
