// What a tracker is put through in Chromium, each time in a browser context of its own.
import { makeEvent } from '../event.mjs';
import { startSink } from './sink.mjs';

const EVENTS = 1000;
const WARM_UP = 200;
const SETTLED_MS = 300;
const READY_MS = 30000;
// Longer than any flush interval, of which the longest is 5 s.
const QUIET_MS = 6000;
const IDLE_SECONDS = 0.1;
const PATIENCE_MS = 60000;
const AFTER_LEAVING_MS = 5000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `scene` with a page, the origin, and what the sink saw; whatever becomes of it, all is closed. */
async function visit({ browser, directory, name }, scene) {
  const { seen, origin, close } = await startSink(name, directory);
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    return await scene({ page, context, origin, seen });
  } finally {
    await context.close();
    close();
  }
}

async function open(page, origin, consent) {
  await page.goto(`${origin}/page?consent=${consent}`);
  await page.waitForFunction(() => window.isReady, undefined, { timeout: READY_MS });
  const failure = await page.evaluate(() => window.failure);
  if (failure) throw new Error(failure);
  await page.waitForLoadState('networkidle'); // what a tracker loads late, such as its configuration
}

/**
 * Resolves when `count` different events have come, or nothing has for `QUIET_MS` in which the page did nothing either,
 * or `PATIENCE_MS` are over; with how many have. `taskSeconds` gives the time that the page has worked so far.
 */
async function arrivals(seen, count, taskSeconds) {
  let [known, worked, since] = [0, await taskSeconds(), Date.now()];
  for (const end = since + PATIENCE_MS; seen.arrivals.size < count && Date.now() < end;) {
    await pause(20);
    if (seen.arrivals.size > known) [known, since] = [seen.arrivals.size, Date.now()];
    if (Date.now() - since < QUIET_MS) continue;
    const total = await taskSeconds();
    if (total - worked < IDLE_SECONDS) break;
    [worked, since] = [total, Date.now()];
  }
  return seen.arrivals.size;
}

let lastAlone = Promise.resolve();

/** Runs `act` when all that was given before is over: pages that wait do no harm to each other, pages that work do. */
function alone(act) {
  const result = lastAlone.then(act);
  lastAlone = result.catch(() => {});
  return result;
}

/** Source of statements that track `count` events from the `first` on, all in one task. */
const trackAll = (first, count) => `{
  const makeEvent = ${makeEvent};
  for (let i = ${first}; i < ${first + count}; ++i) window.tracker.track('checkout_completed', makeEvent(i));
}`;

/**
 * Main-thread microseconds for each of 1000 events that are tracked in tasks of 50, flush included, after a warm-up; body
 * bytes for each that arrived; and how many did.
 */
export const cost = (contestant) =>
  visit(contestant, async ({ page, context, origin, seen }) => {
    await open(page, origin, 'granted');
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const taskSeconds = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration').value;
    };
    const work = (first, count) => `(async () => {
      const makeEvent = ${makeEvent};
      for (let i = ${first}; i < ${first + count}; ) {
        for (const end = i + 50; i < end; ++i) window.tracker.track('checkout_completed', makeEvent(i));
        await new Promise((resolve) => setTimeout(resolve));
      }
      await window.tracker.flush();
    })()`;
    await page.evaluate(work(0, WARM_UP));
    const warm = await arrivals(seen, WARM_UP, taskSeconds);
    await pause(SETTLED_MS);
    const { bytes } = seen;
    const began = await taskSeconds();
    await page.evaluate(work(WARM_UP, EVENTS));
    const arrived = (await arrivals(seen, warm + EVENTS, taskSeconds)) - warm;
    await pause(SETTLED_MS);
    if (seen.unread) throw new Error(`not understood: ${seen.unread}`);
    if (arrived === 0) throw new Error(`nothing arrived in ${seen.requests} requests`);
    return { cpuUs: ((await taskSeconds()) - began) * (1e6 / EVENTS), bytes: (seen.bytes - bytes) / arrived, arrived };
  });

/**
 * Tracks `count` events and leaves for another page in the same task. Counts the different events that came while away,
 * those that came once the page was visited again and tracked one more, those that came more than once by then, and of
 * these those that their id does not tell to be the same.
 */
export const leave = (contestant, count) =>
  visit(contestant, async ({ page, origin, seen }) => {
    const different = () => [...seen.arrivals.keys()].filter((id) => id !== later).length;
    const later = makeEvent(count).order_id;
    await alone(async () => {
      await open(page, origin, 'granted');
      await page.evaluate(`${trackAll(0, count)} location.href = '/away'; undefined`).catch((error) => {
        if (!/context was destroyed|navigat/i.test(error.message)) throw error;
      });
      await page.waitForURL('**/away', { timeout: READY_MS });
      await pause(SETTLED_MS);
    });
    await pause(AFTER_LEAVING_MS);
    const away = different();
    await open(page, origin, 'granted');
    await page.evaluate(trackAll(count, 1));
    await pause(AFTER_LEAVING_MS);
    if (seen.unread) throw new Error(`not understood: ${seen.unread}`);
    const repeated = [...seen.arrivals].filter(([order, ids]) => order !== later && ids.length > 1);
    const doubled = repeated.filter(([, ids]) => ids[0] === undefined || new Set(ids).size > 1);
    return { away, back: different(), repeated: repeated.length, doubled: doubled.length };
  });

/** Requests made and entries stored by a page where nobody has agreed yet, after three events and three seconds. */
export const beforeOptIn = (contestant) =>
  visit(contestant, async ({ page, context, origin }) => {
    let requests = 0;
    const own = [`${origin}/page`, `${origin}/bundles/`];
    context.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith('data:') && !own.some((start) => url.startsWith(start))) requests += 1;
    });
    await open(page, origin, 'pending');
    await page.evaluate(trackAll(0, 3));
    await pause(3000);
    const stored = await page.evaluate(
      async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length,
    );
    return { requests, stored: stored + (await context.cookies()).length };
  });
