// What a visit did beyond the same visit without the scripts that are under test.

import type { Effect, Instrument, Observation, Phase, Place, Sighting } from './effects.js';

/** One effect, however often it was seen and by whom. */
export interface Finding {
  /** `before` a choice; `after` it was taken back, what happened anew; `remains`: what was still there then. */
  readonly stage: 'before' | 'after' | 'remains';
  readonly effect: Effect;
  readonly what: string;
  /** How often it was called or sent; 1 for what is merely there. */
  readonly count: number;
  readonly seenBy: readonly Instrument[];
  readonly phase: Phase;
  /** When it was first seen, in milliseconds since the visit began; absent for what remains. */
  readonly atMs?: number;
  /** The first place that did it, if an instrument names one. */
  readonly where?: Place;
}

type Seen = Sighting & { readonly phase?: Phase; readonly atMs?: number };

const longNumber = /\d{4,}/g;
const varying = new Set<Effect>(['request', 'websocket', 'worker', 'timer']);
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/**
 * What is alike in two visits of two addresses: paths beside the page by their name, numbers that change from visit to
 * visit (times, random ones) by `#`.
 */
function alike({ effect, what }: Sighting, pageUrl: string): string {
  const { origin } = new URL(pageUrl);
  const folder = new URL('.', pageUrl).href;
  const local = what
    .replaceAll(folder, '/')
    .replaceAll(`${origin}/`, '/')
    .replaceAll(origin.replace(/^http/, 'ws'), '');
  return `${effect} ${varying.has(effect) ? local.replace(uuid, '#').replace(longNumber, '#') : local}`;
}

interface Keyed {
  readonly seen: Seen;
  readonly key: string;
  readonly keyAndScript: string;
}

/** `sightings` of the page at `url`, ready to be compared with those of another. */
function keyed(sightings: readonly Seen[], url: string): Keyed[] {
  const folder = new URL('.', url).href;
  return sightings.map((seen) => {
    const key = `${seen.instrument} ${alike(seen, url)}`;
    return { seen, key, keyAndScript: `${key} ${(seen.where?.url ?? '').replace(folder, '/')}` };
  });
}

/** Those of `found` that `less` does not have as often, by the same instrument. */
function excess(found: readonly Keyed[], less: readonly Keyed[]): Keyed[] {
  const counts = new Map<string, number>();
  for (const { key } of less) counts.set(key, (counts.get(key) ?? 0) + 1);
  // Of calls alike, those of a script that makes none in `less` are the ones too many.
  const scripts = new Set(less.map(({ keyAndScript }) => keyAndScript));
  const strangeLast = found
    .map((each, index) => ({ each, index, strange: scripts.has(each.keyAndScript) ? 0 : 1 }))
    .sort((a, b) => a.strange - b.strange || a.index - b.index);
  return strangeLast
    .filter(({ each: { key } }) => {
      const count = counts.get(key) ?? 0;
      counts.set(key, count - 1);
      return count <= 0;
    })
    .sort((a, b) => a.index - b.index)
    .map(({ each }) => each);
}

/** Sightings of one effect by several instruments, or several times, made one finding. */
function merge(stage: Finding['stage'], sightings: readonly Keyed[]): Finding[] {
  const groups = new Map<string, Seen[]>();
  for (const { seen } of sightings) {
    const key = `${seen.effect} ${seen.what}`;
    groups.set(key, [...(groups.get(key) ?? []), seen]);
  }
  return [...groups.values()].map((group) => {
    const first = group[0] as Seen;
    const where = (group.find((each) => each.where && each.instrument === 'hook') ?? group.find((each) => each.where))
      ?.where;
    const seenBy = [...new Set(group.map(({ instrument }) => instrument))];
    const calls = seenBy
      .filter((instrument) => instrument !== 'state')
      .map((instrument) => group.filter((each) => each.instrument === instrument).length);
    return {
      stage,
      effect: first.effect,
      what: first.what,
      count: Math.max(1, ...calls),
      seenBy,
      phase: first.phase ?? 'remains',
      ...(first.atMs !== undefined && { atMs: first.atMs }),
      ...(where && { where }),
    };
  });
}

/** Which requests make up the page: they are not what is asked about. */
export interface OwnFiles {
  /** The page's origin, and other hosts that serve its files. */
  isOwn(url: URL): boolean;
  /** Whether a baseline says which images and fonts are the page's own; else those without a query are taken to be. */
  readonly knowsAssets: boolean;
}

/** `sightings` without the page's own files, and without connections for which there is a request. */
export function withoutOwnFiles<Each extends Seen>(sightings: readonly Each[], pageUrl: string, own: OwnFiles): Each[] {
  const urlOf = ({ effect, what }: Sighting) => {
    const text = effect === 'request' ? what.slice(what.indexOf(' ') + 1) : what;
    return URL.canParse(text) ? new URL(text) : undefined;
  };
  const page = pageUrl.split('#')[0];
  const isFile = (sighting: Each): boolean => {
    const url = sighting.effect === 'request' && sighting.what.startsWith('GET ') ? urlOf(sighting) : undefined;
    if (!url || !own.isOwn(url)) return false;
    if (url.href === page || url.pathname === '/favicon.ico') return true;
    return url.search === '' && (sighting.ownFile === 'code' || (sighting.ownFile === 'asset' && !own.knowsAssets));
  };
  const files = new Set(sightings.filter(isFile).map(({ what }) => what));
  const requested = new Set<string>();
  for (const sighting of sightings) {
    const url = sighting.instrument === 'proxy' && sighting.effect === 'connection' ? undefined : urlOf(sighting);
    if (url && (sighting.effect === 'request' || sighting.effect === 'websocket'))
      requested.add(`${url.hostname}:${url.port || (/^(http|ws):$/.test(url.protocol) ? 80 : 443)}`);
  }
  return sightings.filter((sighting) => {
    if (sighting.effect === 'request')
      return !isFile(sighting) && !(sighting.instrument === 'proxy' && files.has(sighting.what));
    return !(sighting.instrument === 'proxy' && sighting.effect === 'connection' && requested.has(sighting.what));
  });
}

interface Side {
  readonly url: string;
  readonly observations: readonly Observation[];
}

/** What `found` did in one stage beyond `baseline`. */
export function newEffects(
  stage: 'before' | 'after',
  found: Side,
  baseline: Side | undefined,
  own: OwnFiles,
): Finding[] {
  const inStage = (side: Side) =>
    withoutOwnFiles(
      side.observations.filter((each) => each.stage === stage && !(stage === 'after' && each.effect === 'removal')),
      side.url,
      own,
    );
  const less = baseline ? keyed(inStage(baseline), baseline.url) : [];
  return merge(stage, excess(keyed(inStage(found), found.url), less));
}

/** What is in `after` and neither in `before` nor in the baseline's `after`. */
export function remaining(
  url: string,
  rest: { before: readonly Sighting[]; after: readonly Sighting[] },
  baseline: { url: string; after: readonly Sighting[] } | undefined,
): Finding[] {
  const before = keyed(rest.before, url);
  const more = baseline ? excess(keyed(baseline.after, baseline.url), before) : [];
  return merge('remains', excess(keyed(rest.after, url), [...before, ...more]));
}
