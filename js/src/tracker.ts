// One tracker: holds calls until there is consent, then starts the core and hands every call to it.
import { ANALYTICS, forEachPurpose, NECESSARY, pickChoices, PURPOSES } from './consent.js';
import { deviceContext } from './context.js';
import { ALL_BUT_PAGE, PAGE, type CoreExports } from './core.js';
import { hasRoom, HELD_AGE_MS, type HeldCall } from './hold.js';
import { open, type Door } from './open.js';
import { isHidden, listen, pageText } from './page.js';
import { run, type Running } from './running.js';
import { collectorUrl, configText } from './settings.js';
import { readRecord, writeRecord, type StoredRecord } from './store.js';
import type {
  ConsentChoices,
  ConsentState,
  Options,
  Properties,
  Purpose,
  Tracker,
  TrackOptions,
  Verdict,
} from './types.js';
import { VERDICTS } from './verdicts.js';

export interface StartableTracker<M> extends Tracker {
  /** Starts it; a second call changes nothing. Never throws. */
  init(options: Options & M): Tracker;
}

/** An id that is none makes the event nameless, and so invalid. */
const nameIf = (id: string, name: string) => (id && typeof id === 'string' ? name : '');

export function newTracker<M>(door: Door<M>): StartableTracker<M> {
  const listeners = new Set<(choices: Record<Purpose, ConsentState>) => void>();
  let options: (Options & M) | undefined; // none: disabled
  let debug: unknown;
  let why = 'init was not called'; // words on the last call, where the core has none
  let url: string;
  let config: string;
  let key: string;
  let nativeFetch: typeof fetch;
  let firstPage: string;
  let record: StoredRecord | undefined;
  let defaults: ConsentChoices = {};
  let chosen: ConsentChoices = {};
  let isNecessaryUsed: boolean;
  let held: HeldCall[] = [];
  let opening: Promise<void> | undefined;
  let running: Running | undefined;
  let settle: () => void;
  const ready = new Promise<void>((resolve) => (settle = resolve));

  function complain(error: unknown) {
    if (debug) console.error('waymark:', error);
  }

  /** Runs what may throw. */
  function attempt(body: () => void) {
    try {
      body();
    } catch (error) {
      complain(error);
    }
  }

  /** Reports the final verdict on a held call, once the present call is over. */
  function decided(name: string, verdict: Verdict, reason: string) {
    const listener = options!.onVerdict;
    if (listener && name) queueMicrotask(() => attempt(() => listener({ verdict, event_name: name, reason })));
  }

  function stateOf(purpose: Purpose): ConsentState {
    if (purpose === PURPOSES[NECESSARY]) return chosen[purpose] === 'denied' ? 'denied' : 'granted';
    return chosen[purpose] || defaults[purpose] || 'unknown';
  }

  /** The purposes in one state, as bits. */
  const purposesThatAre = (wanted: ConsentState) =>
    PURPOSES.reduce((bits, purpose, index) => bits | (+(stateOf(purpose) === wanted) << index), 0);

  /** Whether anything is granted that a person has to be asked for. */
  const isAnyGranted = () => purposesThatAre('granted') > 1;

  const isCoreWanted = () => isAnyGranted() || isNecessaryUsed;

  /** The device is read only once there is a grant: `necessary` alone is none. */
  function describe() {
    const name = options!.app?.name;
    running!.setContext(
      ALL_BUT_PAGE,
      JSON.stringify({ app: name && { name }, device: isAnyGranted() ? deviceContext() : undefined }),
    );
  }

  function disable(error: unknown) {
    why = `disabled: ${(error as Error)?.message}`;
    complain(error);
    close();
    for (const [, , name] of held.splice(0)) decided(name, 'disabled', why);
    options = undefined;
    settle();
  }

  function close() {
    const last = running;
    opening = running = undefined;
    listen('removeEventListener', onPage);
    last?.close();
  }

  function start() {
    if (opening || running) return;
    listen('addEventListener', onPage);
    const mine: Promise<void> = open(door, options!).then(
      (exports) => {
        if (opening === mine) begin(exports);
      },
      (error) => {
        if (opening === mine) disable(error);
      },
    );
    opening = mine;
  }

  /** Starts the core and replays what was held, in order and with the time of each call. */
  function begin(exports: CoreExports) {
    const nowMs = Date.now();
    opening = undefined;
    try {
      running = run(exports, held[0] ? held[0][0] : nowMs, {
        fetch: nativeFetch,
        url,
        start: config + (record ? record.state : ''),
        granted: purposesThatAre('granted'),
        denied: purposesThatAre('denied'),
        store: save,
        decided,
        fault: disable,
      });
      describe();
      running.setContext(PAGE, firstPage);
      for (const call of held.splice(0)) {
        const [timeMs, , name] = call;
        if (nowMs - timeMs > HELD_AGE_MS) decided(name, 'denied', 'hold_expired');
        else if (name) {
          const verdict = give(...call);
          if (verdict !== 'held') decided(name, verdict, tracker.explain());
        } else running.reset();
      }
      settle();
    } catch (error) {
      disable(error);
    }
  }

  /** Hands one call to the core that runs. */
  function give(timeMs: number, purpose: number, name: string, properties: string, user?: string, page?: string) {
    why = '';
    if (page) running!.setContext(PAGE, page);
    if (user && running!.setUser(user)) return answer('invalid', 'id_too_long');
    return VERDICTS[running!.track(timeMs, purpose, name, properties)]!;
  }

  function onPage({ type }: Event) {
    attempt(() => {
      if (type === 'online' || type === 'pageshow') running?.online();
      else if (type === 'pagehide' || isHidden()) {
        if (opening) begin(door(true, options!) as CoreExports);
        running?.leave();
      }
    });
  }

  /** Keeps the choice and the core's state, or deletes what was kept when there is neither. */
  function save(state: string) {
    const isChosen = PURPOSES.some((purpose) => (chosen[purpose] || 'unknown') !== 'unknown');
    const last = record;
    record = state || isChosen ? { consent: chosen, state } : undefined;
    if ((record || last) && options!.storage !== 'memory') writeRecord(key, record);
  }

  /** The verdict on a call that the core does not see. */
  function answer(verdict: Verdict, reason: string): Verdict {
    why = reason;
    return verdict;
  }

  function decide(
    name: string,
    properties: Properties | undefined,
    given: TrackOptions | undefined,
    user?: string,
    page?: string,
  ): Verdict {
    if (!options) return 'disabled';
    let purpose = ANALYTICS;
    let json: string;
    try {
      if (typeof name !== 'string' || !name) return answer('invalid', 'name_missing');
      if (given?.purpose) purpose = PURPOSES.indexOf(given.purpose);
      json = JSON.stringify(properties ?? {});
    } catch {
      return answer('invalid', 'JSON.stringify fails on the properties');
    }
    const nowMs = Date.now();
    if (running)
      try {
        if (purpose === NECESSARY) isNecessaryUsed = true;
        return give(nowMs, purpose, name, json, user, page);
      } catch (error) {
        disable(error);
        return 'disabled';
      }
    if (purpose < 0) return answer('denied', 'unknown_purpose');
    const state = stateOf(PURPOSES[purpose]!);
    if (state === 'denied' || (state === 'unknown' && options.consent?.whileUnknown === 'drop'))
      return answer('denied', 'consent_' + state);
    const call: HeldCall = [nowMs, purpose, name, json, user, page];
    if (!hasRoom(held, call)) return answer('queue_full', 'hold_full');
    held.push(call);
    if (purpose === NECESSARY) isNecessaryUsed = true;
    if (isCoreWanted()) start();
    return answer('held', 'consent_unknown');
  }

  function choose(next: ConsentChoices) {
    if (!options) return;
    chosen = forEachPurpose((purpose) => next[purpose] || chosen[purpose]);
    if (!isCoreWanted()) {
      close();
      save('');
    } else if (running) {
      describe();
      running.setConsent(purposesThatAre('granted'), purposesThatAre('denied'));
    } else {
      save(record ? record.state : '');
      start();
    }
    held = held.filter(
      ([, purpose, name]) => stateOf(PURPOSES[purpose]!) !== 'denied' || decided(name, 'denied', 'consent_denied'),
    );
    listeners.forEach((listener) => attempt(() => listener(forEachPurpose(stateOf))));
  }

  const tracker: StartableTracker<M> = {
    ready,
    init(given) {
      if (!options)
        try {
          options = { ...given };
          debug = options.debug;
          if (options.enabled === false) throw new Error('enabled is false');
          if (!options.writeKey) throw new Error('writeKey is missing');
          key = 'waymark:' + options.writeKey;
          url = collectorUrl(options.endpoint);
          config = configText(options);
          defaults = pickChoices(options.consent?.defaults);
          nativeFetch = fetch;
          firstPage = pageText();
          if (options.storage !== 'memory') record = readRecord(key);
          if (record) chosen = record.consent;
          why = '';
          if (isCoreWanted()) start();
        } catch (error) {
          disable(error);
        }
      return tracker;
    },
    track: decide,
    page: (properties, given) => decide('page_viewed', properties, given, '', pageText()),
    identify: (userId, traits, given) => decide(nameIf(userId, 'user_identified'), traits, given, userId),
    // A toJSON, so that traits are read where their faults are caught.
    group: (groupId, traits, given) =>
      decide(nameIf(groupId, 'group_identified'), { toJSON: () => ({ ...traits, group_id: groupId }) }, given),
    reset: () =>
      attempt(() => {
        if (running) {
          running.reset();
          running.pump();
        } else if (held.length && held[held.length - 1]![2]) held.push([Date.now(), NECESSARY, '', '']);
      }),
    flush: (given) =>
      new Promise((resolve) => {
        const go = () =>
          running
            ? running.flush(given?.timeoutMs ?? 10000, resolve)
            : resolve({ acknowledged: 0, rejected: 0, dropped: 0, pending: held.length });
        if (opening) opening.then(go);
        else go();
      }),
    consent: {
      get: (purpose) => (PURPOSES.includes(purpose) ? stateOf(purpose) : 'unknown'),
      set: (given) => attempt(() => choose({ ...pickChoices(given), necessary: 'unknown' })),
      withdraw: () =>
        attempt(() => {
          isNecessaryUsed = false;
          choose(forEachPurpose(() => 'denied'));
        }),
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    explain: () => why || running?.explain() || '',
  };
  return tracker;
}
