// A person's consent on this page: the record of what they chose, what signals and consent platforms say, and who is
// told when something changes. gate.ts decides.
import type { Kept } from '../kept.js';
import type { ConsentChoices, ConsentOptions, ConsentState, Purpose } from '../types.js';
import { decide, SEVERITY, type Judgement, type Known, type Rules } from './gate.js';
import { forEachPurpose, pickChoices, type Chosen } from './purposes.js';
import { plainText, readRecord, writeRecord, type ConsentRecord } from './record.js';
import type { ConsentControls, Decided, PurgeReport, PurposeStatus } from './types.js';

// A choice holds for half a year, as the CNIL recommends for grants and refusals, and never longer than 13 months (IAB
// TCF policies, 5).
const EXPIRES_DAYS = 180;
const LONGEST_DAYS = 396;
const DAY_MS = 864e5;

/** `erase`: what was known until now is to be deleted here; `withdraw`: on the device and elsewhere too. */
export type Change = 'change' | 'erase' | 'withdraw';

/** With what a tracker needs to go on with it (standing.ts). */
export interface ConsentEngine extends ConsentControls {
  consentOptions: ConsentOptions;
  kept: Kept;
  known: Known;
  /** Deletes what was kept under a consent that does not hold any more. Returns what that was. */
  purge(): string[];
  /** Decides anew. What that leads to is carried out before anyone hears of it. */
  reconsider(kind?: Change): PurgeReport | undefined;
  /** Carries out a change, before listeners hear of it. */
  carryOut?: (change: Change) => PurgeReport | undefined;
  /** Decides anew if a choice has expired by now. */
  check(): void;
  /** Takes over what another tab has written, if it has. */
  learn(): void;
}

/** `options.regions` by the most exact name: `US-CA`, then `US`. A region that is not listed, or a mode that is none, asks first. */
function modeOf({ mode, regions, region = '' }: ConsentOptions) {
  const asked = regions ? regions[region] || regions[region.split('-')[0]!] : mode;
  return /^(opt-out|notice)$/.test(asked!) ? asked! : 'opt-in';
}

export const NOTHING_PURGED: PurgeReport = {
  requests: 0,
  events: 0,
  stores: [],
  memoryBytes: 0,
  isErasureRequested: false,
};

/** Of what nobody knows. */
export const NOT_A_PURPOSE: Judgement = { value: 'unknown', basis: 'default', source: 'policy', steps: [] };

/** `complain` hears what listeners throw. */
export function newConsent(
  options: ConsentOptions,
  purposes: Purpose[],
  kept: Kept,
  complain?: (error: unknown) => void,
): ConsentEngine {
  const named: Chosen[] = [...purposes, 'storage'];
  const listed = named.filter((purpose) => [options.gpc].flat().includes(purpose as Purpose));
  const rules: Rules = {
    mode: modeOf(options),
    defaults: pickChoices(purposes, options.defaults),
    policy: plainText(options.policyVersion),
    notice: plainText(options.noticeHash),
    // Only `false` switches it off; what names no purpose is a mistake, and does not.
    gpc: options.gpc === false || listed[0] ? listed : ['marketing'],
    dnt: !!options.dnt,
  };
  const { navigator } = globalThis as { navigator?: { globalPrivacyControl?: unknown; doNotTrack?: unknown } };
  const days = options.expiresAfterDays!;
  const lastsMs = Math.ceil(Math.min(days > 0 ? days : EXPIRES_DAYS, LONGEST_DAYS) * DAY_MS);
  const platforms: Known['platforms'] = new Map();
  const changes = new Set<Parameters<ConsentControls['onChange']>[0]>();
  const decisions = new Set<Parameters<ConsentControls['onDecision']>[0]>();
  const known: Known = {
    record: readRecord(kept.recordText),
    platforms,
    stopReason: '',
    gpc: !!rules.gpc[0] && navigator?.globalPrivacyControl === true,
    dnt: rules.dnt && /^(1|yes)$/.test(`${navigator?.doNotTrack}`),
    nowMs: 0,
  };
  let judged: Judgement[];

  const judgementOf = (purpose: Chosen) => judged[named.indexOf(purpose)] || NOT_A_PURPOSE;
  const stateOf = (purpose: Chosen) => judgementOf(purpose).value;
  const states = () => forEachPurpose(purposes, stateOf);
  const statusOf = (purpose: Purpose): PurposeStatus => {
    const judgement = judgementOf(purpose);
    return { purpose, ...judgement, isLocked: purpose === 'necessary' || judgement.basis === 'signal' };
  };
  const mayStore = (purpose: Purpose) =>
    stateOf(purpose) === 'granted' && purpose !== 'necessary' && stateOf('storage') !== 'denied';

  function judge() {
    known.nowMs = Date.now();
    judged = named.map((purpose) => decide(purpose, rules, known));
  }

  function tell<T>(listeners: Set<(news: T) => void>, news: T) {
    for (const listener of listeners)
      try {
        listener(news);
      } catch (error) {
        complain?.(error);
      }
  }

  const subscribe = <T>(listeners: Set<T>, listener: T) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  function choose(choices: ConsentChoices, decided: Decided = {}, isWithdrawal = false) {
    engine.learn(); // a choice is made on what stands there, not on what stood there once
    const { epoch = 0, purged = 0, choices: before } = known.record || ({} as Partial<ConsentRecord>);
    const now: ConsentRecord = { epoch: epoch + 1, purged, choices: { ...before } };
    const at = Date.now();
    const source = plainText(decided.source || 'api');
    for (const [purpose, value] of Object.entries(choices) as [Chosen, ConsentState | undefined][])
      if (value === 'unknown') delete now.choices[purpose];
      else if (value)
        now.choices[purpose] = {
          value,
          source,
          at,
          expires: at + lastsMs,
          policy: rules.policy,
          notice: plainText(decided.notice?.hash || rules.notice),
        };
    // What was stored until now goes, unless some of it may stay.
    if (isWithdrawal || named.every((purpose) => now.choices[purpose]?.value !== 'granted')) now.purged = now.epoch;
    kept.recordText = Object.keys(now.choices).length ? writeRecord(now) : '';
    known.record = now;
    const report = engine.reconsider(isWithdrawal ? 'withdraw' : 'change');
    tell(decisions, {
      ...decided,
      source,
      at,
      epoch: now.epoch,
      policy: rules.policy,
      choices: states(),
      isWithdrawal,
    });
    return report;
  }

  const engine: ConsentEngine = {
    consentOptions: options,
    kept,
    known,
    get: (purpose) => (engine.check(), stateOf(purpose)),
    set: (given, decided) => void choose({ ...pickChoices(named, given), necessary: 'unknown' }, decided),
    withdraw: (decided) =>
      choose(forEachPurpose(purposes, () => 'denied') as ConsentChoices, decided, true) || NOTHING_PURGED,
    onChange: (listener) => subscribe(changes, listener),
    onDecision: (listener) => subscribe(decisions, listener),
    report(source, choices) {
      platforms.set(source, choices && pickChoices(named, choices, SEVERITY));
      engine.reconsider();
    },
    status: () => (
      engine.check(),
      {
        mode: rules.mode,
        mustAsk: !platforms.size && judged.slice(1, -1).some(({ basis }) => !/explicit|signal/.test(basis)),
        signals: (['gpc', 'dnt'] as const).filter((signal) => known[signal]),
        purposes: purposes.map(statusOf),
      }
    ),
    explain(purpose) {
      const value = stateOf(purpose);
      return {
        ...statusOf(purpose),
        mayProcess: value === 'granted' || (value === 'unknown' && options.whileUnknown === 'cookieless'),
        mayStore: mayStore(purpose),
      };
    },
    check() {
      if (judged.some(({ expiresAt }) => expiresAt! <= Date.now())) engine.reconsider();
    },
    learn() {
      if (kept.read()) known.record = readRecord(kept.recordText) || known.record;
    },
    reconsider(kind = 'change') {
      const before = `${purposes.map(stateOf)}`;
      judge();
      let report: PurgeReport | undefined;
      if (engine.carryOut) report = engine.carryOut(kind);
      else {
        report = { ...NOTHING_PURGED, stores: engine.purge() };
        kept.write();
      }
      if (`${purposes.map(stateOf)}` !== before) tell(changes, states());
      return report;
    },
    purge() {
      // What is only silent deletes nothing: who is silent may have granted before, and will again.
      const isOutdated =
        known.record === null ||
        judged.some(
          ({ value, basis }, place) =>
            value !== 'granted' && (basis === 'explicit' || known.record?.choices[named[place]!]?.value === 'granted'),
        );
      return kept.rest && isOutdated && !purposes.some(mayStore) ? kept.purge() : [];
    },
  };
  judge();
  return engine;
}
