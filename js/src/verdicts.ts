// The verdicts, and the reasons with which a held call can end, by their numbers in core/verdict.hpp.
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

export const REASONS = ['', , 'consent_denied', 'outside_sample', , 'queue_full', , 'hold_expired'];
