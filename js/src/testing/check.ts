// The whole check of one page: it and its baseline, before a choice and after a withdrawal.

import { findChromium, launchChromium, type Chromium } from './chromium.js';
import { newEffects, remaining, type Finding, type OwnFiles } from './compare.js';
import { EnvironmentError } from './environment_error.js';
import { idsInFiles } from './ids.js';
import { openProxy, type Exchange, type Others } from './proxy.js';
import { divide, type PrivacyReport } from './report.js';
import { visitPage, type Choice, type Visit, type VisitOptions } from './visit.js';
import type { Visitor } from './visitor.js';

export interface PrivacyCheck {
  /** The page, http or https. */
  readonly url: string;
  /** How to agree. Without: only what is before a choice is looked at, unless there is `withdraw`. */
  readonly accept?: Choice;
  /** How to take it back; without `accept`, how to refuse. */
  readonly withdraw?: Choice;
  /** The baseline: the same page without scripts whose URLs fit one of these, with `*` and `?`. */
  readonly without?: readonly string[];
  /** The baseline: another page, or, without ways to answer, a visit of one by `visitPage` with the same options. */
  readonly baseline?: string | Visit;
  /** What is no fault: compared with `effect what` of a finding, with `*` and `?`. */
  readonly allow?: readonly string[];
  /** Hosts that serve the page's own files, besides that of `url`. */
  readonly ownHosts?: readonly string[];
  /** What becomes of requests to other hosts. Both are reported. Default `forward`, so that what they answer is seen. */
  readonly others?: Others;
  /** How long the visitor does nothing, in each part. Default 2000. */
  readonly idleMs?: number;
  /** Whether to search the profile for ids after a withdrawal and the browser's end. Default false. */
  readonly profile?: boolean;
  /** What the visitor does besides. */
  readonly steps?: (visitor: Visitor) => Promise<void>;
  /** A browser from `launchChromium`, which stays open; without, one is started and ended. */
  readonly browser?: Chromium;
  /** The program to start. */
  readonly browserPath?: string;
}

const defaultIdleMs = 2000;
const maxIdleMs = 600_000;

function pageUrl(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new EnvironmentError(
      `${name} ${JSON.stringify(text)} is no address of a page: give one with http:// or https://`,
    );
  return url.href;
}

/** What is wrong with `check`, by exception; the visits that it asks for. */
function plan(check: PrivacyCheck) {
  const { accept, withdraw, without = [], baseline, idleMs = defaultIdleMs, steps } = check;
  const url = pageUrl(check.url, 'the URL');
  if (baseline !== undefined && without.length > 0)
    throw new EnvironmentError('the baseline is either the page without scripts, or another page: give one of them');
  if (accept && !withdraw) throw new EnvironmentError('there is a way to agree but none to take it back: give both');
  if (!(idleMs >= 0 && idleMs <= maxIdleMs))
    throw new EnvironmentError(`idle for 0 to ${maxIdleMs} ms, not for ${idleMs}`);
  if (check.profile && !accept)
    throw new EnvironmentError('a search of the profile for ids needs ways to agree and to take it back');
  if (typeof baseline === 'object' && withdraw)
    throw new EnvironmentError('a visit that is over gives no answer: give the URL of the baseline');
  const common = { url, idleMs, steps, others: check.others ?? 'forward', ownHosts: check.ownHosts ?? [] };
  const other: VisitOptions | undefined =
    typeof baseline === 'string'
      ? { ...common, url: pageUrl(baseline, 'the baseline'), mayLackChoice: true }
      : without.length > 0
        ? { ...common, blocked: without, mayLackChoice: true }
        : undefined;
  return { common, other, choices: withdraw ? { accept, withdraw } : undefined };
}

const idFindings = (left: readonly { id: string; place: string }[]): Finding[] =>
  [...new Set(left.map(({ id, place }) => `${id} in ${place}`))].map((what) => ({
    stage: 'remains',
    effect: 'id',
    what,
    count: 1,
    seenBy: ['state'],
    phase: 'remains',
  }));

/** A visit in a browser of its own that keeps a profile; what of its ids is in the profile's files after its end. */
async function searchProfile(path: string | undefined, options: VisitOptions) {
  let record: (exchange: Exchange) => void = () => {};
  const own = new Set([new URL(options.url).host, ...(options.ownHosts ?? [])]);
  const proxy = await openProxy(
    options.others,
    (host) => own.has(host) || own.has(host.replace(/:(80|443)$/, '')),
    (exchange) => record(exchange),
  );
  let browser: Chromium | undefined;
  try {
    browser = await launchChromium(findChromium(path), [`--proxy-server=${proxy.origin}`]);
    const made = await browser.protocol.browser.send<{ defaultBrowserContextId: string }>('Target.getBrowserContexts');
    const context = { id: made.defaultBrowserContextId, exchanges: (to: typeof record) => void (record = to) };
    const { ids } = await visitPage(browser, { ...options, context });
    await browser.end();
    const found = await idsInFiles(browser.profile, ids);
    return found.map(({ id, path: file }) => ({ id, place: `profile ${file}` }));
  } finally {
    await browser?.close();
    await proxy.close();
  }
}

/**
 * Visits the page, and its baseline, in empty browser contexts, and reports what the page does before a choice, and what it
 * does and leaves behind after a withdrawal. Throws EnvironmentError if that cannot be done: an option is wrong, there is
 * no browser, the page cannot be opened, an element to click is not there.
 */
export async function checkPrivacy(check: PrivacyCheck): Promise<PrivacyReport> {
  const { common, other, choices } = plan(check);
  const browser = check.browser ?? (await launchChromium(findChromium(check.browserPath)));
  try {
    const visited = typeof check.baseline === 'object' ? check.baseline : undefined;
    const baselineUrl = visited?.url ?? other?.url;
    const own = new Set([
      new URL(common.url).host,
      ...common.ownHosts,
      ...(baselineUrl ? [new URL(baselineUrl).host] : []),
    ]);
    const ownFiles: OwnFiles = { isOwn: (url) => own.has(url.host), knowsAssets: baselineUrl !== undefined };
    const baselineOf = (more: object): Promise<Visit> | undefined => other && visitPage(browser, { ...other, ...more });
    const notes = new Set<string>();
    const findings: Finding[] = [];
    let idsFollowed = 0;

    const baseline = visited ?? (await baselineOf({}));
    const visit = await visitPage(browser, common);
    findings.push(...newEffects('before', visit, baseline, ownFiles));
    if (visit.observations.length === 0) notes.add('nothing at all was seen of this page: was it the right one?');
    const visits = [baseline, visit];
    if (choices) {
      const chosenBaseline = await baselineOf(choices);
      const chosen = await visitPage(browser, { ...common, ...choices });
      visits.push(chosenBaseline, chosen);
      idsFollowed = chosen.ids.length;
      const atBaseline = chosenBaseline && { url: chosenBaseline.url, after: chosenBaseline.rest.after };
      findings.push(
        ...newEffects('after', chosen, chosenBaseline, ownFiles),
        ...remaining(chosen.url, chosen.rest, atBaseline),
        ...idFindings(chosen.idsLeft.filter(({ id }) => !chosenBaseline?.ids.includes(id))),
      );
      if (check.profile) {
        const found = await searchProfile(check.browserPath, { ...common, ...choices });
        // What two visitors share tells neither from the other.
        findings.push(...idFindings(found.filter(({ id }) => !chosen.ids.includes(id))));
      }
    }
    for (const each of visits) each?.notes.forEach((note) => notes.add(note));
    const { left, allowed } = divide(findings, check.allow ?? []);
    return {
      version: 1,
      url: common.url,
      browser: browser.version,
      baseline:
        check.baseline !== undefined
          ? { kind: 'url', url: baselineUrl ?? '' }
          : other
            ? { kind: 'without', scripts: check.without ?? [] }
            : { kind: 'none' },
      stages: choices ? ['before', 'after', 'remains'] : ['before'],
      silent: left.length === 0,
      findings: left,
      allowed,
      idsFollowed,
      notes: [...notes],
    };
  } finally {
    if (!check.browser) await browser.close();
  }
}
