// Posts one batch. The Fetch standard (4.6) lets a page have 64 KiB under way with `keepalive`, in all requests
// together, and browsers refuse more than about nine such requests; what does not fit goes without.
import { isHidden } from './page.js';

const KEEPALIVE_BYTES = 60 * 1024;
const KEEPALIVE_REQUESTS = 8;
let bytesUnderWay = 0;
let requestsUnderWay = 0;

export interface Answer {
  /** HTTP status, or 0 for no answer. */
  status: number;
  /** Negative: the collector did not ask to wait. */
  retryAfterMs: number;
  /** Indices of the events that the collector rejects. */
  rejected: number[];
}

// A server may ask for patience, but not for ever.
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** The wait that a Retry-After header (RFC 9110, 10.2.3) asks for: seconds, or a date. */
function waitMs(header: string | null): number {
  if (!header) return -1;
  const ms = +header >= 0 ? +header * 1000 : Date.parse(header) - Date.now();
  return Math.min(ms, LONGEST_WAIT_MS) || -1;
}

/** Any body that is not the collector's rejects nothing. */
function readRejected(body: string): number[] {
  try {
    return JSON.parse(body)
      .rejected.map(({ index }: { index: number }) => index)
      .filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Never rejects. */
export async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
  again?: boolean,
): Promise<Answer> {
  const size = body.length;
  const keepalive = !again && requestsUnderWay < KEEPALIVE_REQUESTS && bytesUnderWay + size <= KEEPALIVE_BYTES;
  const count = (sign: number) => {
    if (!keepalive) return;
    requestsUnderWay += sign;
    bytesUnderWay += sign * size;
  };
  count(1);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      keepalive,
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      credentials: 'omit',
      signal,
    });
    return {
      status: response.status,
      retryAfterMs: waitMs(response.headers.get('retry-after')),
      // The status is known: an answer that breaks off must not send the batch twice.
      rejected: readRejected(await response.text().catch(() => '')),
    };
  } catch {
    // Another script may have used up the page's allowance, which the browser does not say.
    return keepalive && !signal.aborted && !isHidden()
      ? post(fetch, url, body, signal, true)
      : { status: 0, retryAfterMs: -1, rejected: [] };
  } finally {
    count(-1);
  }
}
