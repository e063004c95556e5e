// What each purpose may do, decided by rules in order. core/consent/decision.cpp decides the same: both answer the
// vectors in tests/vectors/consent/.
import type { ConsentChoices, ConsentState } from '../types.js';
import type { Chosen } from './purposes.js';
import type { Choice, ConsentRecord } from './record.js';
import type { Basis, ConsentMode, PlatformChoices, PlatformState, RuleStep } from './types.js';

/** What the application decided. */
export interface Rules {
  mode: ConsentMode;
  /** What holds of a purpose in place of what the mode says. */
  defaults: ConsentChoices;
  /** A choice holds for this version of the policy, and for the notice with this hash; empty: for any. */
  policy: string;
  notice: string;
  /** Denied while Global Privacy Control is on. */
  gpc: Chosen[];
  /** Do Not Track denies all. */
  dnt: boolean;
}

/** What is known at the moment. */
export interface Known {
  record: ConsentRecord | undefined | null;
  /** What each consent platform said last; undefined: nothing yet. */
  platforms: Map<string, PlatformChoices | undefined>;
  /** Why nothing at all is allowed: `disabled`, `do_not_track`, `ci`. Else empty. */
  stopReason: string;
  gpc: boolean;
  dnt: boolean;
  nowMs: number;
}

export interface Judgement {
  value: ConsentState;
  basis: Basis;
  source: string;
  at?: number;
  expiresAt?: number;
  /** The rules that were asked, in order; the last one decided. */
  steps: RuleStep[];
}

/** A grant from the future is not believed, but for clocks that are a little off: a day. */
const SKEW_MS = 864e5;

/** Of several platforms any refusal refuses, then any silence is silence, then any grant without a choice is no more. */
export const SEVERITY: PlatformState[] = ['granted', 'implied', 'unknown', 'denied'];

/** How each is explained, and what it comes to. */
const SAID: [reason: string, value: ConsentState, basis: Basis][] = [
  ['said', 'granted', 'explicit'],
  ['implied', 'granted', 'implied'],
  ['silent', 'unknown', 'default'],
  ['said', 'denied', 'explicit'],
];

/** Why what the record says of a purpose does not hold. */
function flawOf(choice: Choice | undefined, rules: Rules, nowMs: number) {
  if (!choice) return 'not_asked';
  if (choice.expires <= nowMs) return 'expired';
  if (choice.policy !== rules.policy) return 'policy_changed';
  if (rules.notice && choice.notice !== rules.notice) return 'notice_changed';
  return choice.value === 'granted' && choice.at > nowMs + SKEW_MS ? 'from_the_future' : '';
}

export function decide(
  purpose: Chosen,
  rules: Rules,
  { record, platforms, stopReason, gpc, dnt, nowMs }: Known,
): Judgement {
  const isNecessary = purpose === 'necessary';
  let choice = record?.choices[purpose];
  const flaw = record === null ? 'corrupt' : flawOf(choice, rules, nowMs);
  const isRefusal = choice?.value === 'denied';
  if (flaw) choice = undefined;

  const steps: RuleStep[] = [];
  const pass = (rule: string, reason: string, value?: ConsentState) => steps.push({ rule, reason, value });
  /** The last step. `by`: the choice or the platform that the value comes from. */
  const end = (rule: string, reason: string, value: ConsentState, basis: Basis, by?: Partial<Choice>): Judgement => {
    pass(rule, reason, value);
    return {
      value,
      basis,
      source: by?.source || (basis === 'signal' ? reason : 'policy'),
      at: by?.at,
      expiresAt: by?.expires,
      steps,
    };
  };

  if (stopReason) return end('stop', stopReason, 'denied', 'signal');
  if (!isNecessary && dnt && rules.dnt) return end('signal', 'dnt', 'denied', 'signal');
  if (gpc && rules.gpc.includes(purpose)) return end('signal', 'gpc', 'denied', 'signal');

  if (choice && isRefusal) return end('record', 'chosen', 'denied', 'explicit', choice);
  if (isNecessary) return end('necessary', 'needs_no_consent', 'granted', 'default');
  if (record === null) return end('record', flaw, 'denied', 'default');
  if (flaw) pass('record', flaw);

  let said = -1;
  let source = '';
  for (const [name, choices] of platforms) {
    const severity = SEVERITY.indexOf(choices?.[purpose] || 'unknown');
    if (severity <= said) continue;
    said = severity;
    source = name;
  }
  if (said >= 0) {
    const [reason, value, basis] = SAID[said]!;
    if (value !== 'granted' || !choice) return end('platform', reason, value, basis, { source });
    pass('platform', reason, value);
  }
  if (choice) return end('record', 'chosen', 'granted', 'explicit', choice);

  const given = rules.defaults[purpose];
  const isImplied = !given && rules.mode !== 'opt-in';
  const value = given || (isImplied ? 'granted' : 'unknown');
  // Who refused once is asked again, and not taken at their silence.
  if (isRefusal && (value === 'granted' || purpose === 'storage'))
    return end('default', 'refused_before', 'denied', 'default');
  return end('default', given ? 'configured' : rules.mode.replace('-', '_'), value, isImplied ? 'implied' : 'default');
}
