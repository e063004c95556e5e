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
  stop: string;
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

/** What a platform's answer is called in a step. */
const REASONS = { granted: 'said', implied: 'implied', unknown: 'silent', denied: 'said' };

/** Reasons for which no choice is a grant. */
const IMPLIED = { opt_out: 1, notice: 1, implied: 1 };

/** Why what the record says of a purpose does not hold. */
function flawOf(choice: Choice | undefined, rules: Rules, nowMs: number) {
  if (!choice) return 'not_asked';
  if (choice.expires <= nowMs) return 'expired';
  if (choice.policy !== rules.policy) return 'policy_changed';
  if (rules.notice && choice.notice !== rules.notice) return 'notice_changed';
  return choice.value === 'granted' && choice.at > nowMs + SKEW_MS ? 'from_the_future' : '';
}

export function decide(purpose: Chosen, rules: Rules, { record, platforms, stop, gpc, dnt, nowMs }: Known): Judgement {
  const isNecessary = purpose === 'necessary';
  let choice = record?.choices[purpose];
  const flaw = record === null ? 'corrupt' : flawOf(choice, rules, nowMs);
  if (flaw) choice = undefined;

  let said: PlatformState | undefined;
  let source = '';
  for (const [name, choices] of platforms) {
    const state = choices?.[purpose] || 'unknown';
    if (said && SEVERITY.indexOf(state) <= SEVERITY.indexOf(said)) continue;
    said = state;
    source = name;
  }
  const mode = rules.mode.replace('-', '_');
  const isGranted = said === 'granted' || said === 'implied';

  // Each rule with its reason, if it applies, and its value, if it decides. `by`: the choice or the platform that says so.
  const table: [rule: string, reason: string | false | undefined, value?: ConsentState, by?: Partial<Choice>][] = [
    ['stop', stop, 'denied'],
    ['signal', !isNecessary && dnt && rules.dnt && 'dnt', 'denied'],
    ['signal', gpc && rules.gpc.includes(purpose) && 'gpc', 'denied'],
    ['record', choice?.value === 'denied' && 'chosen', 'denied', choice],
    ['necessary', isNecessary && 'needs_no_consent', 'granted'],
    ['record', flaw, record === null ? 'denied' : undefined],
    ['platform', said && REASONS[said], isGranted ? 'granted' : (said as ConsentState), { source }],
    ['record', choice && 'chosen', 'granted', choice],
    ['default', rules.defaults[purpose] && 'configured', rules.defaults[purpose]],
    ['default', mode, mode in IMPLIED ? 'granted' : 'unknown'],
  ];
  const asked = table.filter(([, reason]) => reason);
  // A platform's grant does not go before a choice.
  const last = asked.findIndex(([rule, , value]) => value && !(choice && isGranted && rule === 'platform'));
  const [rule, reason, value, by] = asked[last] as [string, string, ConsentState, Partial<Choice> | undefined];
  const isSignal = rule === 'stop' || rule === 'signal';
  return {
    value,
    basis: isSignal ? 'signal' : reason in IMPLIED ? 'implied' : by && value !== 'unknown' ? 'explicit' : 'default',
    source: by?.source || (isSignal ? reason : 'policy'),
    at: by?.at,
    expiresAt: by?.expires,
    steps: asked.slice(0, last + 1).map(([rule, reason, value]) => ({ rule, reason, value }) as RuleStep),
  };
}
