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

export const writeRecord: (record: ConsentRecord) => string = JSON.stringify;

/** Undefined for no text; null for one that `writeRecord` did not write. Never throws. */
export function readRecord(text: string): ConsentRecord | undefined | null {
  if (!text) return;
  const texts = '"[^"\\\\\\ud800-\\udfff]{0,64}"'; // JSON allows no control characters
  const counts = '\\d{1,15}'; // JavaScript counts all of these exactly
  // Up to 17 choices: of 16 purposes, and of storage.
  const form = `{"epoch":${counts},"purged":${counts},"choices":{(${texts}:{"value":"(granted|denied)","source":${texts},"at":${counts},"expires":${counts},"policy":${texts},"notice":${texts}},?){0,17}}}`;
  try {
    const record = JSON.parse(text) as ConsentRecord;
    if (RegExp(`^${form}$`).test(text) && writeRecord(record) === text) return record;
  } catch {}
  return null;
}
