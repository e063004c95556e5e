// The consent record: what a person chose, as it is kept on the device. core/consent/record.hpp reads and writes the same text.
import type { Chosen } from './purposes.js';

export interface Choice {
  value: 'granted' | 'denied';
  /** Who said so: `user`, `api`, a name of your own. */
  source: string;
  /** Milliseconds since 1970. */
  at: number;
  expires: number;
  /** The policy's version and the notice's hash that it was made on. */
  policy: string;
  notice: string;
}

export interface ConsentRecord {
  /** Counts the changes. */
  epoch: number;
  /** The epoch of the last withdrawal: what was stored before it is to be deleted, what came after it is not. */
  purged: number;
  choices: Partial<Record<Chosen, Choice>>;
}

/** What can stand in a record as it is, so that its text has one form. */
export const plainText = (text: unknown) => `${text ?? ''}`.slice(0, 64).replace(/["\\\0-\x1f\ud800-\udfff]/g, '_');

export const writeRecord = (record: ConsentRecord) => JSON.stringify(record);

const CHOICES = 17; // of 16 purposes, and of storage
const LARGEST_COUNT = 1e15 - 1;

/** Undefined for no text; null for one that `writeRecord` did not write. Never throws. */
export function readRecord(text: string): ConsentRecord | undefined | null {
  if (!text) return;
  // What is not as it must be becomes so, and is then not written as it was read.
  const count = (value: number) => Math.min(Math.abs(Math.trunc(value)), LARGEST_COUNT);
  try {
    const { epoch, purged, choices } = JSON.parse(text) as { epoch: number; purged: number; choices: object };
    const record: ConsentRecord = {
      epoch: count(epoch),
      purged: count(purged),
      choices: Object.fromEntries(
        Object.entries(choices as Record<string, Choice>)
          .slice(0, CHOICES)
          .map(([purpose, { value, source, at, expires, policy, notice }]) => [
            plainText(purpose),
            {
              value: value === 'granted' ? value : 'denied',
              source: plainText(source),
              at: count(at),
              expires: count(expires),
              policy: plainText(policy),
              notice: plainText(notice),
            },
          ]),
      ),
    };
    if (writeRecord(record) === text) return record;
  } catch {}
  return null;
}
