// The consent record: what a person chose, as it is kept on the device. core/consent/record.hpp reads and writes the same text.
import type { Chosen } from './purposes.js';

/** 16 purposes at most, and the device's storage. */
const RECORDED_CHOICES = 17;

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

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

/** Undefined for no text; null for one that `writeRecord` did not write. Never throws. */
export function readRecord(text: string): ConsentRecord | undefined | null {
  if (!text) return;
  try {
    const { epoch, purged, choices: given } = JSON.parse(text) as ConsentRecord;
    const choices: ConsentRecord['choices'] = { __proto__: null } as object;
    for (const [purpose, choice] of Object.entries(given)) {
      const { value, source, at, expires, policy, notice } = choice;
      const isSound =
        (value === 'granted' || value === 'denied') &&
        isCount(at) &&
        isCount(expires) &&
        [source, policy, notice].every((text) => typeof text === 'string');
      if (!isSound) return null;
      choices[purpose as Chosen] = { value, source, at, expires, policy, notice };
    }
    const record = { epoch, purged, choices };
    if (Object.keys(choices).length > RECORDED_CHOICES) return null;
    if (isCount(epoch) && isCount(purged) && !text.includes('\\') && writeRecord(record) === text) return record;
  } catch {}
  return null;
}
