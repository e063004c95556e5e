// Keeps one record: the choice, and the core's state while storage is allowed. In localStorage; where that is missing,
// blocked or full, the record lives as long as the page.
import { pickChoices } from './consent.js';
import type { ConsentChoices } from './types.js';

export interface StoredRecord {
  consent: ConsentChoices;
  /** What the core gave to keep. Empty: nothing. */
  state: string;
}

/** What is stored under the key; none if it is not ours. */
export function readRecord(key: string): StoredRecord | undefined {
  try {
    const { consent, state } = JSON.parse(localStorage.getItem(key)!);
    return { consent: pickChoices(consent), state: `${state}`.slice(0, 2000) };
  } catch {}
}

/** None deletes what is stored. */
export function writeRecord(key: string, record: StoredRecord | undefined): void {
  try {
    if (record) localStorage.setItem(key, JSON.stringify(record));
    else localStorage.removeItem(key);
  } catch {}
}
