// The one entry of localStorage that receipts need: whose they are, the last one's hash, and what no collector has yet.
import type { Receipt } from './chain.js';

// About 700 B each, which leaves room in the 64 KiB that a page may have under way with `keepalive` (Fetch, 4.6).
const UNSENT = 32;

export interface KeptReceipts {
  /** Empty before the first decision. */
  subject: string;
  last: string;
  /** The newest 32. */
  unsent: Receipt[];
}

export interface ReceiptBox {
  /** What stands there now; another tab may have written it. Never throws. */
  read(): KeptReceipts;
  /** Where storage is refused or full, it is kept as long as the page is there, and comes first. Never throws. */
  write(kept: KeptReceipts): void;
}

const isText = (value: unknown): value is string => typeof value === 'string';

export function openBox(writeKey: string, isLasting: boolean): ReceiptBox {
  const key = 'waymark-receipts:' + writeKey;
  // What could not be written, which is newer than what stands there.
  let inMemory = '';
  return {
    read() {
      try {
        const { subject, last, unsent } = JSON.parse(inMemory || (isLasting && localStorage.getItem(key)) || '');
        if (isText(subject) && isText(last) && Array.isArray(unsent))
          return { subject, last, unsent: unsent.filter((one) => isText(one?.receipt_id)) };
      } catch {}
      return { subject: '', last: '', unsent: [] };
    },
    write({ subject, last, unsent }) {
      inMemory = JSON.stringify({ subject, last, unsent: unsent.slice(-UNSENT) });
      try {
        if (isLasting) {
          localStorage.setItem(key, inMemory);
          inMemory = '';
        }
      } catch {}
    },
  };
}
