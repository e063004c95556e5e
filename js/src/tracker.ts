// One tracker: holds calls until there is consent, then starts the core, hands every call to it and does what it asks for.
import { newControls } from './consent/controls.js';
import { newConsent, NOTHING_PURGED, type Change, type ConsentEngine } from './consent/engine.js';
import { NECESSARY, PURPOSES } from './consent/purposes.js';
import { newStanding, type Standing } from './consent/standing.js';
import { openBorder, type Border } from './border.js';
import { FORGET, KEEP, PAGE, SEND, STORE, WAIT, type CoreExports } from './core.js';
import type { Door } from './door.js';
import { requestErasure } from './erasure.js';
import { loadFallback } from './doors/lazy.js';
import { countFlush, type Check } from './flush.js';
import { hasRoom, type HeldCall } from './hold.js';
import { openJournal, type Journal } from './journal.js';
import { openKept, type Kept } from './kept.js';
import * as limits from './limits.js';
import { isHidden, listen, pageText } from './page.js';
import { post } from './send.js';
import { collectorUrl, configText, planTable } from './settings.js';
import type { ConsentOptions, Options, Properties, PurgeReport, Tracker, TrackOptions, Verdict } from './types.js';
import { newVault, type Vault } from './vault.js';
import { REASONS, VERDICTS } from './verdicts.js';
import type { Watched, Watcher } from './watcher.js';

export interface StartableTracker<M> extends Tracker {
  /** Starts it; a second call changes nothing. Never throws. */
  init(options: Options & M): Tracker;
}

/** A name or id that is none makes the event nameless, and so invalid. */
const nameIf = (id: unknown, name: string) => (id && typeof id === 'string' ? name : '');

export function newTracker<M>(door: Door<M>): StartableTracker<M> {
  let options: (Options & M) | undefined; // none: disabled
  let fault = 'init was not called'; // why it is disabled
  let watch: ReturnType<Watcher> | undefined; // what waymark/debug puts around a core
  let url: string;
  let config: string;
  let consent: ConsentEngine | undefined;
  let standing: Standing;
  let kept: Kept;
  let vault: Vault;
  let journal: Journal | undefined;
  let nativeFetch: typeof fetch;
  let firstPage: string;
  let purposes = PURPOSES;
  let table: Uint8Array | undefined; // the compiled plan
  let isNecessaryUsed: boolean;
  let held: HeldCall[] = [];
  let opening: Promise<void> | undefined;
  let settle: () => void;
  let waiters: Check[] = [];

  // Of the core that runs:
  let core: CoreExports | undefined;
  let border: Border;
  const underWay = new Set<AbortController>();
  let isLeft: boolean; // the page is hidden, or about to go
  let names: string[]; // of the calls that the core holds, by ticket
  let isPumpDue: boolean;
  let isFailing: boolean;
  let isLearning = false;
  let timer: ReturnType<typeof setTimeout>;
  let wakeAtMs: number;

  function complain(error: unknown) {
    if (options?.debug) console.error('waymark:', error);
  }

  /** Runs what may throw. */
  function attempt(body: () => void, fault: (error: unknown) => void = complain) {
    try {
      body();
    } catch (error) {
      fault(error);
    }
  }

  /** Reports the final verdict on a held call, once the present call is over. */
  function decided(event_name: string, verdict: Verdict, reason: string) {
    Promise.resolve({ verdict, event_name, reason }).then(options?.onVerdict).catch(complain);
  }

  const early = newControls(attempt);
  const isCookieless = () => consent!.consentOptions.whileUnknown === 'cookieless' && standing.bitsOf('unknown') > 0;
  const isCoreWanted = () => standing.bitsOf('granted') > 1 || isNecessaryUsed || isCookieless();

  // ---- the border to the core

  function explain() {
    if (!core) return fault;
    core.waymark_explain();
    return border.takeText();
  }

  /** Hands one call to the core. */
  function give(timeMs: number, purpose: number, name: string, properties: string, user?: string, page?: string) {
    if (page) core!.waymark_set_context(PAGE, border.put(page));
    const refused = user == null ? 0 : core!.waymark_set_user(border.put(user));
    const outcome = core!.waymark_track(timeMs, purpose, border.put(name + '\n' + properties), refused);
    if (outcome >>> 16) names[outcome >>> 16] = name;
    if (!isPumpDue) {
      isPumpDue = true;
      queueMicrotask(pump); // once a task, however many calls it makes
    }
    return VERDICTS[outcome & 255]!;
  }

  // ---- what the core asks for

  /** Carries out all that the core wants done now. */
  function pump() {
    isPumpDue = false;
    attempt(() => {
      consent!.check();
      if (!core || standing.isPaused()) return; // it is still on its way, or nothing may go out
      const { results } = border;
      let kind = 0;
      while (core && (kind = core.waymark_poll(Date.now())) > WAIT) {
        const number = results[1]!; // of a batch, a ticket or an entry
        if (kind === SEND) send(number).catch(disable);
        else if (kind === STORE) save(border.takeText());
        else if (kind === KEEP) journal?.keep(number, border.takeBytes());
        else if (kind === FORGET) journal?.forget(number);
        else decided(names[number]!, VERDICTS[results[2]! & 255]!, REASONS[results[2]! >> 8]!);
      }
      if (isLeft) journal?.spill();
      const atMs = kind && border.resultNumber(); // 0 is never
      if (core && atMs !== wakeAtMs) {
        clearTimeout(timer);
        wakeAtMs = atMs;
        if (atMs)
          timer = setTimeout(
            () => {
              wakeAtMs = 0;
              pump();
            },
            Math.min(atMs - Date.now(), limits.LONGEST_TIMER_MS),
          );
        // A process that is done waits for the first delivery, but not for a collector that is down.
        if (isFailing) (timer as { unref?(): void }).unref?.();
      }
      waiters = waiters.filter((check) => check());
    }, disable);
  }

  /** Posts the batch that the last call points to. */
  async function send(batch: number) {
    const sender = core;
    // Not after a failure: another script may have used up the page's allowance, which no browser says.
    const mayKeepAlive = !isFailing || isLeft;
    let body = border.takeBytes();
    if (options!.compression !== false) {
      core!.waymark_compress();
      if (border.results[3]) body = border.takeBytes();
    }
    const aborter = new AbortController();
    underWay.add(aborter);
    const answer = await post(nativeFetch, url, body, mayKeepAlive, aborter.signal);
    underWay.delete(aborter);
    const [status, retryAfterMs, rejected] = answer;
    if (core !== sender) return;
    isFailing = status < 200 || status > 299;
    core!.waymark_respond(Date.now(), batch, status, retryAfterMs, border.put(rejected));
    pump();
  }

  const abortAll = () => underWay.forEach((aborter) => aborter.abort());

  /** Keeps the core's state beside the choices. */
  function save(text: string) {
    if (isLearning || !standing.mayStore()) return; // what is there is another tab's, or for `purge`
    vault.keepState(text);
    kept.write();
  }

  // ---- its life

  function start() {
    if (opening || core) return;
    if ((globalThis.document as { prerendering?: boolean } | undefined)?.prerendering)
      return document.addEventListener('prerenderingchange', start, { once: true }); // nobody sees it yet
    listen('addEventListener', onPage);
    const isAllowed = standing.mayStore();
    const { rest } = kept;
    const unlocked = (rest || isAllowed) && vault.unlock(isAllowed); // meanwhile
    const mine: Promise<void> = (opening = door(options!)
      .catch(async (error) => {
        complain(error);
        return (await loadFallback()).instantiate();
      })
      .then(async (exports) => {
        if (rest) await unlocked;
        if (opening !== mine) return;
        begin(exports);
        await unlocked;
        settle();
      })
      .catch(disable));
  }

  /** Starts the core. */
  function begin(exports: CoreExports) {
    opening = undefined;
    const nowMs = Date.now();
    core = watch?.(exports) ?? exports;
    border = openBorder(core);
    names = [];
    wakeAtMs = 0;
    isLeft = isHidden();
    border.seed();
    if (table) {
      if (core.waymark_plan(border.putBytes(table))) throw new Error('plan: not compiled by waymark');
    }
    if (
      core.waymark_start(
        held[0]?.[0] || nowMs,
        standing.bitsOf('granted'),
        standing.bitsOf('denied'),
        border.put(config + vault.stateText()),
      )
    )
      throw new Error('bad_config: the core refuses the options');
    core.waymark_set_context(PAGE, border.put(firstPage));
    replay();
    keepJournal();
  }

  /** Hands over what was held, in order and with the time of each call. */
  function replay() {
    for (const call of held.splice(0)) {
      const [timeMs, purpose, name] = call;
      if (purpose < 0) reset();
      else if (Date.now() - timeMs > limits.HELD_AGE_MS) decided(name, 'denied', 'hold_expired');
      else {
        const verdict = give(...call);
        if (verdict !== 'held') decided(name, verdict, explain());
      }
    }
  }

  /** Opens the journal once something is granted that allows storage, and closes it when nothing is any more. */
  function keepJournal() {
    if (!standing.mayStore()) closeJournal();
    else if (core && kept.storage) {
      if (!vault.keepState(vault.stateText())) {
        vault.unlock(true).then(learnState).then(keepJournal).catch(disable);
        return;
      }
      kept.write();
      journal ??= openJournal(
        kept,
        vault.sealKey,
        standing.purgedEpoch(),
        (bytes) => !core?.waymark_restore(Date.now(), border.putBytes(bytes)),
        () => {
          core?.waymark_journal(+!!journal?.isOpen());
          pump();
        },
      );
    }
  }

  function closeJournal() {
    journal?.close();
    journal = undefined;
  }

  function close() {
    listen('removeEventListener', onPage);
    opening = undefined;
    if (!core) return;
    clearTimeout(timer);
    closeJournal();
    waiters = waiters.filter((check) => check(true));
    core = undefined;
    border.wipe();
  }

  function disable(error: unknown) {
    complain(error);
    close();
    fault = `disabled: ${(error as Error)?.message}`;
    held.splice(0).forEach(([, , name]) => decided(name, 'disabled', fault));
    options = undefined;
    settle();
  }

  function onPage(event: Event) {
    attempt(() => {
      const { type, persisted, destination } = event as PageTransitionEvent & {
        destination: { sameDocument: boolean };
      };
      if (type === 'storage') return (event as StorageEvent).key === kept.key && learn();
      // Pagehide comes when Firefox has decided on its back/forward cache.
      if (type === 'navigate') return destination.sameDocument || journal?.release();
      isLeft = type === 'pagehide' || isHidden();
      const isBack = !isLeft || type === 'online';
      if (!isBack) {
        if (journal && !journal.isOpen()) core?.waymark_journal(1); // there is no other time
        core?.waymark_flush(1);
      } else {
        learn(); // no other tab's word reaches a page that sleeps
        core?.waymark_online(Date.now());
        // Firefox and WebKit never answer what was under way when the page entered the back/forward cache.
        if (persisted) abortAll();
      }
      pump();
      if (type === 'pagehide') journal?.release();
      else if (isBack) journal?.reclaim();
    });
  }

  /** Another tab may have chosen, or has a session that is this tab's too. */
  function learn() {
    if (!kept.read()) return;
    isLearning = true;
    attempt(() => standing.learn());
    isLearning = false;
    learnState();
  }

  /** Tells the core what stands on the device. */
  function learnState() {
    const state = vault.stateText();
    if (state && standing.mayStore()) core?.waymark_learn(border.put(state));
  }

  // ---- calls

  function hold(...call: HeldCall): Verdict {
    if (!hasRoom(held, call)) return 'queue_full';
    held.push(call);
    if (isCoreWanted()) start();
    return 'held';
  }

  function decide(
    name: string,
    properties: Properties | undefined,
    given: TrackOptions | undefined,
    user?: string,
    page?: string,
  ): Verdict {
    if (!options) return 'disabled';
    try {
      let purpose = -1; // none that is known
      let json = ''; // is invalid
      try {
        purpose = purposes.indexOf(given?.purpose || options.plan?.events?.[name] || 'analytics');
        json = JSON.stringify(properties ?? {});
      } catch {}
      const engine = consent!;
      // Of a purpose that does not exist the core says what is wrong.
      const state = purpose < 0 ? (core ? 'granted' : 'denied') : engine.get(purposes[purpose]!);
      if (state === 'denied' || (state === 'unknown' && engine.consentOptions.whileUnknown === 'drop')) return 'denied';
      if (purpose === NECESSARY) isNecessaryUsed = true;
      return (core && !standing.isPaused() ? give : hold)(Date.now(), purpose, nameIf(name, name), json, user, page);
    } catch (error) {
      disable(error);
      return 'disabled';
    }
  }

  /** Carries out what consent came to be, in the order that ConsentControls.withdraw promises. */
  function carryOut(kind: Change): PurgeReport | undefined {
    const engine = consent!;
    standing.refresh();
    if (kind !== 'erase' && standing.isPaused()) return;
    const report = { ...NOTHING_PURGED, requests: core ? underWay.size : 0, events: held.length };
    if (!options) {
      purge(report); // it is disabled, but a choice is a choice
      return report;
    }
    const state = kind === 'withdraw' && engine.consentOptions.erase && vault.recall();
    if (kind === 'withdraw') isNecessaryUsed = false;
    const isWanted = isCoreWanted();
    if (kind === 'erase') {
      closeJournal();
      vault.shred();
      held.splice(0).forEach(([, , name]) => decided(name, 'denied', 'consent_denied'));
    }
    if (core) {
      const [accepted, ...settled] = border.countTotals();
      report.events += settled.reduce((left, count) => left - count, accepted);
      if (!isWanted) {
        abortAll(); // so that nothing goes out any more
        report.memoryBytes = core.memory.buffer.byteLength;
      }
      border.seed();
      if (kind === 'erase') core.waymark_set_consent(Date.now(), 0, -1);
      core.waymark_set_consent(Date.now(), standing.bitsOf('granted'), standing.bitsOf('denied'));
      pump();
    }
    if (!isWanted) close();
    keepJournal();
    purge(report);
    if (state) requestErasure(report, state, nativeFetch, options);
    if (isWanted) {
      if (core) replay();
      start();
    }
    held = held.filter(
      ([, purpose, name]) => engine.get(purposes[purpose]!) !== 'denied' || decided(name, 'denied', 'consent_denied'),
    );
    return report;
  }

  /** Deletes what was kept under a consent that does not hold any more. */
  function purge(report: PurgeReport) {
    report.stores = consent!.purge();
    kept.write();
    if (!kept.rest && !standing.mayStore()) vault.shred(); // it may have been another tab that deleted it
  }

  function reset() {
    if (core) {
      border.seed();
      core.waymark_reset();
      pump();
    } else if (held.length) hold(Date.now(), -1, '', '');
  }

  const tracker: StartableTracker<M> = {
    ready: new Promise<void>((resolve) => (settle = resolve)),
    init(given) {
      if (!options)
        attempt(() => {
          options = { ...given };
          watch = (globalThis as Watched)[Symbol.for('waymark.watch')]?.(options, () => held, tracker);
          if (options.enabled === false) throw new Error('enabled is false');
          if (!options.writeKey) throw new Error('writeKey is missing');
          url = collectorUrl(options.endpoint, '/api/analytics/batch');
          const plan = options.plan;
          if (plan) {
            purposes = plan.purposes || PURPOSES;
            table = planTable(plan);
          }
          nativeFetch = fetch;
          firstPage = pageText();
          const asked = options.consent || {};
          // By a property, whose name the package shortens, and not by a text, which it does not.
          if ((asked as ConsentEngine).known) {
            consent = asked as ConsentEngine;
            kept = consent.kept;
          } else {
            kept = openKept(options.writeKey, options.storage !== 'memory');
            consent = newConsent(asked as ConsentOptions, purposes, kept, complain);
          }
          vault = newVault(kept);
          config = configText(options, consent.consentOptions.whileUnknown);
          standing = newStanding(consent, purposes);
          consent.carryOut = carryOut;
          consent.learn = learn;
          early.begin(consent);
          if (kept.rest) carryOut('change');
          fault = '';
          if (isCoreWanted()) start();
        }, disable);
      return tracker;
    },
    track: decide,
    page: (properties, given) => decide('page_viewed', properties, given, undefined, pageText()),
    identify: (userId, traits, given) =>
      decide(nameIf(userId, 'user_identified'), traits, given, nameIf(userId, userId)),
    // A toJSON, so that traits are read where their faults are caught.
    group: (groupId, traits, given) =>
      decide(nameIf(groupId, 'group_identified'), { toJSON: () => ({ ...traits, group_id: groupId }) }, given),
    reset: () => attempt(reset),
    async flush(given) {
      if (opening) await opening;
      if (!core) return { acknowledged: 0, rejected: 0, dropped: 0, pending: held.length };
      core.waymark_flush(0);
      return countFlush(
        () => border.countTotals(),
        (check) => waiters.push(check),
        pump,
        given?.timeoutMs ?? limits.FLUSH_TIMEOUT_MS,
      );
    },
    consent: early.controls,
    explain,
  };
  return tracker;
}
