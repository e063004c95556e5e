// The verdicts and the reasons by their numbers in core/verdict.hpp.
import type { Verdict } from './types.js';

export const VERDICTS: Verdict[] = [
  'accepted',
  'held',
  'denied',
  'sampled_out',
  'invalid',
  'rate_limited',
  'queue_full',
  'disabled',
];

/** Those that a held call can end with. */
export const REASONS = [
  '',
  'consent_unknown',
  'consent_denied',
  'outside_sample',
  'over_rate',
  'queue_full',
  'hold_full',
  'hold_expired',
];
