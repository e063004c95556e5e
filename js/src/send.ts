// Posts one batch.
import { KEEPALIVE_BYTES, KEEPALIVE_REQUESTS, LONGEST_WAIT_MS } from './limits.js';

/** Bytes and requests under way with `keepalive`, of all trackers of the page, whichever copy of this script they use. */
function keepaliveLedger(): [bytes: number, requests: number] {
  return ((globalThis as Record<symbol, unknown>)[Symbol.for('waymark')] ??= [0, 0]) as [number, number];
}

/** HTTP status, 0 for no answer; the wait it asks for; the indices of rejected events, each ended by a character. */
export type Answer = [status: number, retryAfterMs: number, rejected: string];

/**
 * Never rejects, and resolves at once when `signal` aborts, whose `onabort` it takes: a fetch may never do so. `mayKeepAlive`:
 * the request may outlive the page, if there is room for it. Without a header for it the wait is 0.
 */
export async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  body: Uint8Array<ArrayBuffer>,
  mayKeepAlive: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  const answer: Answer = [0, 0, ''];
  const size = body.length;
  const ledger = keepaliveLedger();
  const keepalive = mayKeepAlive && ledger[0] + size <= KEEPALIVE_BYTES && ledger[1] < KEEPALIVE_REQUESTS;
  ledger[0] += keepalive ? size : 0;
  ledger[1] += +keepalive;
  const ask = async () => {
    // Bytes are sent without a content type, which needs no preflight; gzip is known by how it begins.
    const response = await fetch(url, { method: 'POST', body, keepalive, credentials: 'omit', signal });
    answer[0] = response.status;
    // RFC 9110, 10.2.3: seconds, or a date.
    const wait = response.headers.get('retry-after') as unknown as number;
    answer[1] = Math.min(wait >= 0 ? wait * 1000 : Date.parse(`${wait}`) - Date.now(), LONGEST_WAIT_MS);
    // An answer that is not understood or breaks off rejects nothing: its status is known.
    answer[2] = (await response.json()).rejected.map(({ index }: { index: number }) => index) + ']';
  };
  await new Promise((resolve) => {
    signal.onabort = resolve;
    ask().then(resolve, resolve);
  });
  ledger[0] -= keepalive ? size : 0;
  ledger[1] -= +keepalive;
  return answer;
}
