// Receipts of consent: evidence of every decision, grants and refusals alike. An entry of its own, which needs neither the
// core nor a running tracker.
import { plainText } from './consent/record.js';
import type { ConsentControls, Decision } from './consent/types.js';
import { canonical, hashOf, verify, type Receipt, type Verification } from './receipts/chain.js';
import { openBox } from './receipts/kept.js';
import { collectorUrl } from './settings.js';

export type { Receipt, Verification } from './receipts/chain.js';

// Of this page, in memory.
const SHOWN = 100;

export interface ReceiptOptions {
  /** Whose decisions: `tracker.consent`. */
  consent: Pick<ConsentControls, 'onDecision' | 'status'>;
  /** The collector: `https`, or `http` on this machine. Another is not sent to. */
  endpoint: string;
  writeKey: string;
  /** `memory` keeps nothing on the device: every page begins a chain of its own. `local` when left out. */
  storage?: 'local' | 'memory';
}

export interface Receipts {
  /** Those that were made on this page, and those that no collector has yet; the newest 100. */
  receipts(): Receipt[];
  /** All of this device, as JSON: what the collector has and what it has not yet. Never rejects. */
  export(): Promise<string>;
  verify(chain: Receipt[]): Verification;
  /** Makes no more of them. */
  stop(): void;
}

const uuid = () =>
  '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
    (+digit ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+digit / 4)))).toString(16),
  );

/**
 * From now on every decision leaves a receipt, which goes to the collector at once, or at the next decision or page. It
 * keeps one entry of localStorage, from the first decision on, a refusal too. Never throws.
 */
export function keepReceipts({ consent, endpoint, writeKey, storage }: ReceiptOptions): Receipts {
  const box = openBox(writeKey, storage !== 'memory');
  const nativeFetch = globalThis.fetch;
  let shown = box.read().unsent;
  let isSending = false;

  const ask = (path: string, init: RequestInit) =>
    nativeFetch(collectorUrl(endpoint, path), { credentials: 'omit', ...init });

  async function send() {
    const { unsent } = box.read();
    if (isSending || !unsent.length) return;
    isSending = true;
    let isDone = false;
    try {
      const body = JSON.stringify({ write_key: writeKey, receipts: unsent });
      // What the collector refuses it will not take later either.
      isDone = (await ask('/api/consent', { method: 'POST', body, keepalive: true })).ok;
    } catch {}
    isSending = false;
    if (!isDone) return;
    const now = box.read();
    now.unsent = now.unsent.filter(({ receipt_id }) => unsent.every((sent) => sent.receipt_id !== receipt_id));
    box.write(now);
    void send();
  }

  function add({ at, choices, source, isWithdrawal, notice, policy, epoch }: Decision) {
    const kept = box.read();
    const { mode, signals } = consent.status();
    const receipt: Receipt = {
      version: 1,
      receipt_id: uuid(),
      subject: kept.subject || uuid(),
      at: new Date(at).toISOString(),
      choices,
      source,
      is_withdrawal: isWithdrawal,
      policy_version: policy,
      mode,
      signals,
      host: globalThis.location?.hostname || '',
      sdk_version: 'waymark-js/' + WAYMARK_VERSION,
      epoch,
      previous: kept.last,
      hash: '',
    };
    if (notice) {
      const { hash, locale, variant } = notice;
      receipt.notice = { hash: plainText(hash), locale: plainText(locale), variant: plainText(variant) };
    }
    receipt.hash = hashOf(receipt);
    box.write({ subject: receipt.subject, last: receipt.hash, unsent: [...kept.unsent, receipt] });
    shown = [...shown, receipt].slice(-SHOWN);
    void send();
  }

  const stop = consent.onDecision(add);
  void send();
  return {
    receipts: () => shown,
    async export() {
      const { subject, unsent } = box.read();
      let chain: Receipt[] = [];
      try {
        const answer = subject && (await (await ask('/api/consent/receipts?subject=' + subject, {})).json());
        if (Array.isArray(answer)) chain = answer;
      } catch {}
      const known = new Set(chain.map(({ receipt_id }) => receipt_id));
      return canonical([
        ...chain,
        ...[...shown, ...unsent].filter(({ receipt_id: id }) => !known.has(id) && known.add(id)),
      ]);
    },
    verify,
    stop,
  };
}
