// Asks the collector to erase what it has of an id whose consent was withdrawn. The id is in memory alone, so what did not
// get through when the page goes is lost.
import type { PurgeReport } from './consent/types.js';
import { ERASURE_LAST_WAIT_MS, ERASURE_WAIT_MS } from './limits.js';
import { post } from './send.js';
import { collectorUrl } from './settings.js';
import type { Options } from './types.js';

/**
 * Begins with `state`, the core's when consent was withdrawn, at once if that is known. Asks anew where that may help, and
 * says in `report` what comes of it.
 */
export function requestErasure(
  report: PurgeReport,
  state: string | Promise<string>,
  nativeFetch: typeof fetch,
  { endpoint, writeKey }: Options,
): void {
  const url = collectorUrl(endpoint, '/api/privacy/erasure');
  async function ask(waitMs: number) {
    const [anonymous_id] = (typeof state === 'string' ? state : await state).split('\n');
    const body = new TextEncoder().encode(JSON.stringify({ write_key: writeKey, anonymous_id }));
    // Of an id whose key was gone already the collector knows nothing.
    const [status, askedMs] = anonymous_id
      ? await post(nativeFetch, url, body, true, new AbortController().signal)
      : ([404, 0] as const);
    if ((status && status < 500 && status !== 429) || waitMs > ERASURE_LAST_WAIT_MS)
      report.erasure = status && status < 300 ? 'sent' : 'failed';
    else {
      const timer = setTimeout(ask, askedMs > waitMs ? askedMs : waitMs, waitMs * 5);
      (timer as { unref?(): void }).unref?.(); // a process that is done does not wait for it
    }
  }
  report.isErasureRequested = true;
  report.erasure = 'pending';
  void ask(ERASURE_WAIT_MS);
}
