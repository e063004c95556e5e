// A person's consent on this page: the record of what they chose, what signals and consent platforms say, and who is
// told when something changes. gate.ts decides.
import type { Kept } from '../kept.js';
import type { ConsentChoices, ConsentOptions, ConsentState, Purpose } from '../types.js';
import { decide, type Judgement, type Known, type Rules } from './gate.js';
import { forEachPurpose, pickChoices, type Chosen } from './purposes.js';
import { plainText, readRecord, writeRecord, type ConsentRecord } from './record.js';
import type { ConsentControls, Decided, PurgeReport, PurposeStatus } from './types.js';

// A choice holds for half a year, as the CNIL recommends for grants and refusals, and never longer than 13 months (IAB
// TCF policies, 5).
const EXPIRES_DAYS = 180;
const LONGEST_DAYS = 396;
const DAY_MS = 864e5;
const PLATFORMS = 8; // core/limits.hpp

/** `erase`: what was known until now is to be deleted here; `withdraw`: on the device and elsewhere too. */
export type Change = 'change' | 'erase' | 'withdraw';

export interface ConsentEngine extends ConsentControls {
  options: ConsentOptions;
  kept: Kept;
  /** The purposes in one state as bits, by their places. */
  bitsOf(state: ConsentState): number;
  /** Whether the device may be used to store: something is granted that needs asking, and storage is not refused. */
  mayStore(): boolean;
  /** A platform that granted something has to be waited for again. */
  isPaused(): boolean;
  /** Deletes what was kept under a consent that does not hold any more. Returns what that was. */
  purge(): string[];
  /** Withdrawals so far; what was stored under a smaller count is to be deleted. */
  epoch(): number;
  /** Decides anew if a choice has expired by now. */
  check(nowMs: number): void;
  /** Another tab has written what was read into `kept`. */
  learn(): void;
  /** Carries out a change, before listeners hear of it. */
  carryOut?: (change: Change) => PurgeReport | undefined;
}

/** `options.regions` by the most exact name: `US-CA`, then `US`. A region that is not listed asks first. */
function modeOf({ mode, regions, region = '' }: ConsentOptions) {
  return regions?.[region] || regions?.[region.split('-')[0]!] || (!regions && mode) || 'opt-in';
}

export const NOTHING_PURGED: PurgeReport = {
  requests: 0,
  events: 0,
  stores: [],
  memoryBytes: 0,
  isErasureRequested: false,
};

const NOT_A_PURPOSE: Judgement = { value: 'unknown', basis: 'default', source: 'policy', steps: [] };

/** `complain` hears what listeners throw. */
export function newConsent(
  options: ConsentOptions,
  purposes: Purpose[],
  kept: Kept,
  complain: (error: unknown) => void,
): ConsentEngine {
  const rules: Rules = {
    mode: modeOf(options),
    defaults: pickChoices(purposes, options.defaults),
    policy: plainText(options.policyVersion),
    notice: plainText(options.noticeHash),
    gpc: options.gpc === false ? [] : (options.gpc ?? ['marketing']),
    dnt: !!options.dnt,
  };
  const { navigator } = globalThis as { navigator?: { globalPrivacyControl?: unknown; doNotTrack?: unknown } };
  const lastsMs = Math.min(options.expiresAfterDays || EXPIRES_DAYS, LONGEST_DAYS) * DAY_MS;
  const named: Chosen[] = [...purposes, 'storage'];
  const platforms: Known['platforms'] = new Map();
  const changes = new Set<Parameters<ConsentControls['onChange']>[0]>();
  const decisions = new Set<Parameters<ConsentControls['onDecision']>[0]>();
  const known: Known = {
    record: readRecord(kept.consent),
    platforms,
    stop: '',
    gpc: rules.gpc.length > 0 && navigator?.globalPrivacyControl === true,
    dnt: rules.dnt && /^(1|yes)$/.test(`${navigator?.doNotTrack}`),
    nowMs: 0,
  };
  let judged: Judgement[] = [];
  let expiresAtMs = 0;
  let paused: (boolean | undefined)[] = []; // by purpose

  const stateOf = (purpose: Chosen) => judged[named.indexOf(purpose)]?.value || 'unknown';
  const states = () => forEachPurpose(purposes, stateOf);
  const statusOf = (purpose: Purpose, place: number): PurposeStatus => {
    const { value, basis, source, at, expiresAt } = judged[place] || NOT_A_PURPOSE;
    return { purpose, value, basis, source, isLocked: !place || basis === 'signal', at, expiresAt };
  };

  function judge() {
    known.nowMs = Date.now();
    const before = judged;
    judged = named.map((purpose) => decide(purpose, rules, known));
    expiresAtMs = Math.min(...judged.map(({ expiresAt }) => expiresAt || Infinity));
    // Silence after a grant is no refusal: nothing goes out, and nothing is deleted.
    const wasPaused = paused;
    paused = judged.map(
      ({ steps, value }, i) =>
        value === 'unknown' && steps.at(-1)!.reason === 'silent' && (wasPaused[i] || before[i]?.value === 'granted'),
    );
  }

  function tell<T>(listeners: Set<(news: T) => void>, news: T) {
    for (const listener of listeners)
      try {
        listener(news);
      } catch (error) {
        complain(error);
      }
  }

  const subscribe = <T>(listeners: Set<T>, listener: T) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  /** Decides anew. What that leads to is carried out before anyone hears of it. */
  function apply(kind: Change = 'change'): PurgeReport | undefined {
    const before = JSON.stringify(states());
    judge();
    let report: PurgeReport | undefined;
    if (engine.carryOut) report = engine.carryOut(kind);
    else {
      report = { ...NOTHING_PURGED, stores: engine.purge() };
      kept.write();
    }
    if (JSON.stringify(states()) !== before) tell(changes, states());
    return report;
  }

  function choose(choices: ConsentChoices, decided: Decided = {}, isWithdrawal = false) {
    const { epoch, purged, choices: before } = known.record || { epoch: 0, purged: 0, choices: {} };
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
    kept.consent = Object.keys(now.choices).length ? writeRecord(now) : '';
    known.record = now;
    const report = apply(isWithdrawal ? 'withdraw' : 'change');
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
    options,
    kept,
    get: (purpose) => stateOf(purpose),
    set: (given, decided) => void choose({ ...pickChoices(named, given), necessary: 'unknown' }, decided),
    withdraw: (decided) =>
      choose(forEachPurpose(purposes, () => 'denied') as ConsentChoices, decided, true) || NOTHING_PURGED,
    onChange: (listener) => subscribe(changes, listener),
    onDecision: (listener) => subscribe(decisions, listener),
    report(source, choices) {
      const name = platforms.has(source) || platforms.size < PLATFORMS ? source : 'cmp:others';
      platforms.set(name, choices && pickChoices(named, choices));
      apply();
    },
    status: () => ({
      mode: rules.mode,
      mustAsk:
        !platforms.size &&
        judged.slice(1, -1).some(({ steps, basis }) => steps[0]!.rule === 'record' && basis !== 'explicit'),
      signals: (['gpc', 'dnt'] as const).filter((signal) => known[signal]),
      purposes: purposes.map(statusOf),
    }),
    explain(purpose) {
      const at = named.indexOf(purpose);
      const status = statusOf(purpose, at);
      const isGranted = status.value === 'granted';
      return {
        ...status,
        mayProcess: isGranted || (status.value === 'unknown' && options.whileUnknown === 'cookieless'),
        mayStore: isGranted && at > 0 && stateOf('storage') !== 'denied',
        steps: judged[at]?.steps || [],
      };
    },
    bitsOf: (state) =>
      purposes.reduce((bits, purpose, place) => bits | (+(stateOf(purpose) === state) << place), 0) |
      (state === 'denied' && stateOf('storage') === state ? 1 << 31 : 0),
    mayStore: () => engine.bitsOf('granted') > 1 && engine.bitsOf('denied') >= 0,
    isPaused: () => paused.includes(true),
    purge() {
      // What is only silent deletes nothing: who is silent may have granted before, and will again.
      const isOutdated =
        known.record === null ||
        judged.some(({ value, basis }) => value === 'denied' && basis === 'explicit') ||
        purposes.some(
          (purpose) => known.record?.choices[purpose]?.value === 'granted' && stateOf(purpose) !== 'granted',
        );
      return (kept.state || kept.sealKey) && !engine.mayStore() && isOutdated ? kept.purge() : [];
    },
    epoch: () => known.record?.purged || 0,
    check(nowMs) {
      if (nowMs >= expiresAtMs) apply();
    },
    learn() {
      const before = engine.epoch();
      const text = known.record ? writeRecord(known.record) : '';
      if (!kept.consent) kept.consent = text;
      if (kept.consent === text) return;
      known.record = readRecord(kept.consent);
      // A withdrawal that this tab slept through: what it has in memory goes, even if a new grant stands there by now.
      apply(engine.epoch() > before ? 'erase' : 'change');
    },
  };
  judge();
  return engine;
}
