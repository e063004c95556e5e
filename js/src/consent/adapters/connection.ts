// What every adapter does: says first that nothing is known, waits for its platform in bounds, and reports what that
// answers. Whatever is not a clear yes is not a grant.
import type { Purpose } from '../../types.js';
import type { ConsentControls, PlatformChoices } from '../types.js';

/** For each purpose the platform's categories that must all be granted, or the one. With an empty list it is never granted. */
export type Mapping<Category = string> = Partial<Record<Purpose, Category | readonly Category[]>>;

export interface AdapterOptions<Category = string> {
  /** Replaces the default mapping, purpose by purpose. */
  mapping?: Mapping<Category>;
  /**
   * How long a platform that is not there yet is looked for, once a second; 10 000 when left out. Afterwards nothing is
   * granted unless an event of the platform tells that it is there.
   */
  timeoutMs?: number;
}

export interface ExplicitOption {
  /** False takes what holds without a choice of the person for a grant. True when left out. */
  requireExplicit?: boolean;
}

/** What a platform says. `implied`: yes, without a choice of the person. Undefined: it does not know, or has not said. */
export type Said = boolean | 'implied' | undefined;

/** What a platform says of one category. */
export type Answer<Category> = (category: Category) => Said;

export interface Platform<Api, Category> {
  /** The name under which it reports, `cmp:` and its own. */
  source: string;
  mapping: Mapping<Category>;
  /** Events on `window` after which to look anew. */
  events?: readonly string[];
  /** The platform's interface, once it can be asked. */
  find: () => Api | undefined;
  /** Subscribes to it, once. Returns what undoes that. */
  attach?: (api: Api, update: () => void) => (() => void) | void;
  /** What holds now. Undefined: nothing yet, or nothing that counts. */
  read: (api: Api) => Answer<Category> | undefined;
}

const LOOK_EVERY_MS = 1000;
const TIMEOUT_MS = 10_000;

/** The page's globals, of which nothing is known for sure. */
export const globals = <Known>() => window as unknown as Partial<Known>;

// The strictest first.
const STRICTNESS: Said[] = [false, undefined, 'implied', true];

/** What all of them come to: the strictest. Of none, or with one that is no answer, it is silence. */
export const strictest = (said: Said[]) => STRICTNESS[Math.min(...said.map((one) => STRICTNESS.indexOf(one)))];

/**
 * Joins `consent` to `platform` until the function that is returned is called. What was reported last stays then. Where
 * there is no page nothing follows the first report. An exception of the platform counts as no answer.
 */
export function connect<Api, Category>(
  consent: ConsentControls,
  platform: Platform<Api, Category>,
  { mapping, timeoutMs = TIMEOUT_MS }: AdapterOptions<Category>,
): () => void {
  const { source, find, attach, read } = platform;
  consent.report(source);
  if (!globalThis.window?.addEventListener) return () => {};

  const events = ['load', ...(platform.events ?? [])];
  const purposes = { ...platform.mapping, ...mapping };
  let api: Api | undefined;
  let detach: (() => void) | void;
  let reported: string | undefined;
  let isOver = false;
  let waitedMs = 0;
  let timer: ReturnType<typeof setTimeout>;

  const update = () => {
    let choices: PlatformChoices | undefined;
    try {
      if (!isOver && !api && (api = find())) {
        try {
          detach = attach?.(api, update);
        } catch {
          api = undefined;
        }
      }
      const answer = api && read(api);
      if (answer) {
        choices = {};
        for (const purpose of Object.keys(purposes) as Purpose[]) {
          const said = strictest(([purposes[purpose]].flat() as Category[]).map(answer));
          choices[purpose] = said === true ? 'granted' : said === false ? 'denied' : said || 'unknown';
        }
      }
    } catch {
      choices = undefined;
    }
    const now = JSON.stringify(choices);
    if (isOver || now === reported) return;
    reported = now;
    consent.report(source, choices);
  };
  const look = () => {
    update();
    if (api || isOver || (waitedMs += LOOK_EVERY_MS) > timeoutMs) return;
    timer = setTimeout(look, LOOK_EVERY_MS);
  };

  for (const event of events) window.addEventListener(event, update);
  look();

  return () => {
    isOver = true;
    clearTimeout(timer);
    for (const event of events) window.removeEventListener(event, update);
    try {
      detach?.();
    } catch {
      // A platform that fails to let go is not heard any more all the same.
    }
  };
}
