// One visit of one page, in a browser context of its own, with every instrument at work.

import type { Chromium } from './chromium.js';
import { EnvironmentError } from './environment_error.js';
import { maxValueLength, type Observation, type Phase, type Sighting, type Stage } from './effects.js';
import { idsIn, idsInMemories, idsWithin, maxIds } from './ids.js';
import { readLive } from './live.js';
import { realmExpression } from './page_hooks.js';
import { noneIfGone } from './pipe.js';
import { openProxy, type Exchange, type Others } from './proxy.js';
import { readStored } from './stored.js';
import { watchTargets, type PageTarget } from './targets.js';
import { clickOnNothing, inTime, loadTimeoutMs, visitorOf, type Visitor } from './visitor.js';

/** How the visitor answers: an element to click, or an expression to run. */
export type Choice = { readonly click: string } | { readonly run: string };

export interface VisitOptions {
  readonly url: string;
  /** Given: the visitor agrees, and goes on. */
  readonly accept?: Choice | undefined;
  /** Given: the visitor takes it back, or, without `accept`, refuses; and goes on. */
  readonly withdraw?: Choice | undefined;
  /** Where an answer cannot be given since its element is missing, the visit goes on without. */
  readonly mayLackChoice?: boolean | undefined;
  /** What the visitor does besides, in each part of the visit. */
  readonly steps?: ((visitor: Visitor) => Promise<void>) | undefined;
  /** How long the visitor then does nothing. */
  readonly idleMs: number;
  readonly others: Others;
  /** Hosts that are the site's own besides that of the URL. */
  readonly ownHosts?: readonly string[] | undefined;
  /** URLs that are not loaded, with `*` and `?`. */
  readonly blocked?: readonly string[] | undefined;
  /** The context to use, with a proxy that is there already; else a new one is made. */
  readonly context?:
    { readonly id: string; readonly exchanges: (record: (exchange: Exchange) => void) => void } | undefined;
}

export interface Visit {
  readonly url: string;
  readonly observations: readonly Observation[];
  /** What was kept and live: before an answer, and after it was taken back. */
  readonly rest: { readonly before: readonly Sighting[]; readonly after: readonly Sighting[] };
  /** Ids that appeared after a yes, which were not there before. */
  readonly ids: readonly string[];
  /** Where they were after it was taken back. */
  readonly idsLeft: readonly { readonly id: string; readonly place: string }[];
  /** What did not go as it was meant to. */
  readonly notes: readonly string[];
}

const routeHash = '#waymark-privacy-check';
const quietMs = 150;
const maxQuietMs = 3000;
const maxObservations = 100_000;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Visits the page. Throws EnvironmentError if it cannot be opened, or an answer cannot be given. */
export async function visitPage({ protocol }: Chromium, options: VisitOptions): Promise<Visit> {
  const { url, idleMs } = options;
  const own = new Set([new URL(url).host, ...(options.ownHosts ?? [])]);
  const observations: Observation[] = [];
  const notes: string[] = [];
  const startedMs = Date.now();
  let stage: Stage = 'before';
  let phase: Phase = 'load';
  let failure: string | undefined;

  let marked: () => void = () => {};
  const note = (text: string) => void notes.push(text);

  const see = (sighting: Sighting): void => {
    if (observations.length < maxObservations)
      observations.push({ ...sighting, stage, phase, atMs: Date.now() - startedMs });
  };
  const exchanged = ({ kind, method, url: target, body, failure: reason }: Exchange): void => {
    const effect = kind === 'tunnel' ? 'connection' : kind;
    const what = kind === 'request' ? `${method} ${target}` : target;
    // What was under way as an answer was given arrives here after it; the network's own events know better.
    if (phase !== 'choice') see({ effect, what, instrument: 'proxy', ...(body !== '' && { value: body }) });
    const host = kind === 'tunnel' ? target : URL.canParse(target) ? new URL(target).host : '';
    if (reason && isOwn(host)) failure ??= reason;
  };
  const isOwn = (host: string) => own.has(host) || own.has(host.replace(/:(80|443)$/, ''));

  const proxy = options.context ? undefined : await openProxy(options.others, isOwn, exchanged);
  options.context?.exchanges(exchanged);
  const contextId =
    options.context?.id ??
    (
      await protocol.browser.send<{ browserContextId: string }>('Target.createBrowserContext', {
        proxyServer: proxy?.origin,
        proxyBypassList: '<-loopback>',
      })
    ).browserContextId;
  const targets = watchTargets(protocol, contextId, options.blocked ?? [], see, note, () => marked());
  const inContext = options.context ? {} : { browserContextId: contextId };

  async function open(): Promise<PageTarget> {
    const made = await protocol.browser.send<{ targetId: string }>('Target.createTarget', {
      url: 'about:blank',
      ...inContext,
    });
    return targets.page(made.targetId);
  }

  async function quiet(): Promise<void> {
    const deadlineMs = Date.now() + maxQuietMs;
    while (Date.now() < deadlineMs && Date.now() - targets.lastTrafficMs() < quietMs) await sleep(20);
  }

  async function load(page: PageTarget): Promise<void> {
    const { session } = page;
    const loaded = new Promise<void>((resolve) => session.on('Page.loadEventFired', () => resolve()));
    let status = 0;
    session.on<{ type: string; response: { status: number; url: string } }>('Network.responseReceived', (event) => {
      if (event.type === 'Document' && status === 0) status = event.response.status;
    });
    const { errorText } = await session.send<{ errorText?: string }>('Page.navigate', { url });
    const reason = failure ?? errorText;
    if (reason) throw new EnvironmentError(`cannot open ${url}: ${reason}. Is it being served?`);
    if (!(await inTime(loaded, loadTimeoutMs))) notes.push(`${url} was still loading after ${loadTimeoutMs / 1000} s`);
    if (failure) throw new EnvironmentError(`cannot open ${url}: ${failure}. Is it being served?`);
    if (status >= 400) throw new EnvironmentError(`${url} answers with status ${status}: give the address of a page`);
    await quiet();
  }

  /** The part of a visit that is the same before and after an answer. */
  async function stay(page: PageTarget, visitor: Visitor): Promise<void> {
    phase = 'scroll';
    await visitor.scroll(600);
    await visitor.scroll(-600);
    phase = 'click';
    await clickOnNothing(visitor, page.session);
    phase = 'type';
    if (await visitor.evaluate<boolean>('document.activeElement === document.body')) await visitor.press('x');
    if (options.steps) {
      phase = 'steps';
      await options.steps(visitor);
    }
    phase = 'route';
    // By the page's own pushState, which may be another that does not push.
    await visitor.evaluate(`history.pushState(history.state, '', ${JSON.stringify(routeHash)})`);
    if (await visitor.evaluate<boolean>(`location.hash === ${JSON.stringify(routeHash)}`)) await visitor.back();
    phase = 'hide';
    const other = await open();
    await sleep(50);
    await protocol.browser.send('Target.closeTarget', { targetId: other.targetId });
    targets.pages.delete(other.targetId);
    await protocol.browser.send('Target.activateTarget', { targetId: page.targetId });
    phase = 'idle';
    await sleep(idleMs);
    await quiet();
  }

  /** Gives the answer; `next` begins in that moment, as the page's own calls see it. */
  async function answer(visitor: Visitor, choice: Choice, next: Stage): Promise<boolean> {
    phase = 'choice';
    marked = () => (stage = next);
    try {
      if ('click' in choice) {
        const listener = `addEventListener('click', () => ${realmExpression}?.mark(), { capture: true, once: true })`;
        await visitor.evaluate(`void ${listener}`);
        await visitor.click(choice.click);
      } else await visitor.evaluate(`(${realmExpression}?.mark(), (${choice.run}))`, choice.run);
      await sleep(quietMs);
      return true;
    } catch (error) {
      if (!options.mayLackChoice || !(error instanceof EnvironmentError)) throw error;
      notes.push(`the baseline goes on without an answer: ${error.message}`);
      return false;
    } finally {
      marked = () => {};
      stage = next;
    }
  }

  const pages = () => targets.pages.values();
  const look = async (): Promise<Sighting[]> => [
    ...(await readStored(protocol, contextId, pages())),
    ...(await readLive(pages())),
  ];

  try {
    const page = await open();
    const visitor = visitorOf(page.session);
    await load(page);
    const rest = { before: [] as Sighting[], after: [] as Sighting[] };
    let ids: string[] = [];
    const idsLeft: { id: string; place: string }[] = [];
    if (!options.accept && !options.withdraw) {
      await stay(page, visitor);
      rest.before = await look();
      // Timers and observers that wait were seen as they were made.
      for (const sighting of rest.before) if (sighting.instrument !== 'hook') see(sighting);
    } else {
      rest.before = await look();
      const earlier = new Set(valuesOf(observations, rest.before).flatMap(idsIn));
      const followed = observations.length;
      if (options.accept) {
        if (await answer(visitor, options.accept, 'accepted')) {
          await stay(page, visitor);
          const kept = (await readStored(protocol, contextId, pages())).map(({ value = '' }) => value);
          const sent = valuesOf(observations.slice(followed), []);
          ids = [...new Set([...kept, ...sent].flatMap(idsIn))].filter((id) => !earlier.has(id)).slice(0, maxIds);
        }
      }
      if (options.withdraw) {
        await answer(visitor, options.withdraw, 'after');
        const from = observations.length;
        await stay(page, visitor);
        rest.after = await look();
        for (const id of await idsInMemories(page.session, ids)) idsLeft.push({ id, place: 'a WebAssembly memory' });
        phase = 'reload';
        if (!(await visitor.reload())) notes.push(`${url} was still loading ${loadTimeoutMs / 1000} s after a reload`);
        await quiet();
        await sleep(idleMs);
        const reread = await readStored(protocol, contextId, pages());
        const known = new Set(rest.after.map(({ effect, what }) => `${effect} ${what}`));
        rest.after.push(...reread.filter(({ effect, what }) => !known.has(`${effect} ${what}`)));
        for (const { effect, what, value = '' } of [...rest.after, ...reread])
          for (const id of idsWithin(ids, `${what} ${value}`)) idsLeft.push({ id, place: `${effect} ${what}` });
        for (const { effect, what, value = '' } of observations.slice(from))
          for (const id of idsWithin(ids, `${what} ${value}`)) idsLeft.push({ id, place: `${effect} ${what}` });
      }
    }
    phase = 'leave';
    await page.session.send('Page.close').catch(noneIfGone);
    const deadlineMs = Date.now() + maxQuietMs;
    while (targets.pages.has(page.targetId) && Date.now() < deadlineMs) await sleep(10);
    await sleep(quietMs);
    if (observations.length === maxObservations)
      notes.push(`more than ${maxObservations} observations: the rest is not in the report`);
    return { url, observations, rest, ids, idsLeft, notes };
  } finally {
    targets.stop();
    if (!options.context)
      await protocol.browser.send('Target.disposeBrowserContext', { browserContextId: contextId }).catch(() => {}); // the browser may be gone
    await proxy?.close();
  }
}

/** What was written or sent: bodies, what is kept, and the queries of URLs. */
function valuesOf(observations: readonly Observation[], kept: readonly Sighting[]): string[] {
  return [...observations, ...kept].flatMap(({ effect, what, value = '' }) => [
    value.slice(0, maxValueLength),
    effect === 'request' || effect === 'websocket' ? (what.split('?')[1] ?? '') : '',
  ]);
}
