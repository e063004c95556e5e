// What a receipt is, and how each is bound to the one before. native/collector/receipt.hpp checks the same.
import type { ConsentMode, ConsentState } from '../types.js';
import { sha256 } from './sha256.js';

/** One decision, as docs/receipts.md describes it. */
export interface Receipt {
  version: 1;
  receipt_id: string;
  /** A random id of its own for who decided on this device; never the analytics id. */
  subject: string;
  /** RFC 3339, UTC. */
  at: string;
  /** Of all purposes, after the decision. */
  choices: Record<string, ConsentState>;
  source: string;
  is_withdrawal: boolean;
  notice?: { hash: string; locale: string; variant: string };
  policy_version: string;
  mode: ConsentMode;
  signals: ('gpc' | 'dnt')[];
  host: string;
  sdk_version: string;
  epoch: number;
  /** The hash of the receipt before; empty for the first. */
  previous: string;
  /** SHA-256, in hex, of the canonical JSON of all other members. */
  hash: string;
}

/** Whether a chain is as it was made; if not, which receipt, by its place, is the first that is not, and why. */
export interface Verification {
  isValid: boolean;
  index?: number;
  /** It was changed; or it does not follow the one before, so that one is missing or was put in. */
  reason?: 'hash_mismatch' | 'wrong_previous';
}

/** RFC 8785, for what receipts hold: objects, arrays, strings, booleans and whole numbers. */
export const canonical = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(canonical)}]`
    : value && typeof value === 'object'
      ? `{${Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, member]) => JSON.stringify(key) + ':' + canonical(member))}}`
      : JSON.stringify(value);

export const hashOf = ({ hash, ...rest }: Partial<Receipt>): string => sha256(canonical(rest));

/** Never throws. */
export function verify(chain: Receipt[]): Verification {
  let previous = '';
  for (const [index, receipt] of chain.entries()) {
    if (!receipt || hashOf(receipt) !== receipt.hash) return { isValid: false, index, reason: 'hash_mismatch' };
    if (receipt.previous !== previous || receipt.subject !== chain[0]!.subject)
      return { isValid: false, index, reason: 'wrong_previous' };
    previous = receipt.hash;
  }
  return { isValid: true };
}
