// Asks the collector to erase what it has of an id whose consent was withdrawn. The id is in memory alone, so what did not
// get through when the page goes is lost.
import type { PurgeReport } from './consent/types.js';
import { ERASURE_LAST_WAIT_MS, ERASURE_WAIT_MS } from './limits.js';
import type { Answer } from './send.js';

/** `send` asks once. Asks anew where that may help, and says in `report` what came of it. */
export function requestErasure(report: PurgeReport, send: () => Promise<Answer>, waitMs = ERASURE_WAIT_MS): void {
  report.erasure = 'pending';
  void send().then(([status, askedMs]) => {
    if ((status && status < 500 && status !== 429) || waitMs > ERASURE_LAST_WAIT_MS)
      report.erasure = status && status < 300 ? 'sent' : 'failed';
    else {
      const again = () => requestErasure(report, send, waitMs * 5);
      const timer = setTimeout(again, askedMs > waitMs ? askedMs : waitMs);
      (timer as { unref?(): void }).unref?.(); // a process that is done does not wait for it
    }
  });
}
