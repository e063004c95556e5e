// What it costs to deliver 1000 events in Chromium, flush included: main-thread time and bytes on the wire an event,
// beside plain JavaScript that does the least: JSON.stringify, push, and a fetch for each 100. Medians of
// interleaved runs. `--json` prints one JSON line. CHROMIUM names the browser (/usr/bin/chromium).
import { chromium } from 'playwright-core';
import { makeEvent } from './event.mjs';
import { startSink } from './sink.mjs';

const EVENTS = 1000;
const RUNS = 7;
const GOALS = { cpu: 1.5, bytes: 28 };

const contestants = {
  baseline: `
    let queue = [];
    let sent = [];
    const send = () => sent.push(fetch('/collect', { method: 'POST', body: '{"events":[' + queue.splice(0) + ']}' }));
    window.track = (name, properties) => {
      const event = { event_name: name, properties, timestamp: Date.now(), id: crypto.randomUUID() };
      if (queue.push(JSON.stringify(event)) >= 100) send();
    };
    window.rest = () => Promise.all(sent.splice(0));`,
  waymark: `
    import { createTracker } from '/track.js';
    const tracker = createTracker({ writeKey: 'bench', endpoint: location.origin, consent: { defaults: { analytics: 'granted' } } });
    await tracker.ready;
    window.track = tracker.track;
    window.rest = () => tracker.flush();`,
};

const pageAt = (path) =>
  `<!doctype html><meta charset="utf-8"><script type="module">${contestants[path.slice(1)] ?? ''};window.isReady = true</script>`;

/** Main-thread seconds that the renderer's tasks took so far. */
async function taskSeconds(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value;
}

async function run(browser, { sink, origin }, name) {
  const page = await browser.newPage();
  await page.goto(`${origin}/${name}`);
  await page.waitForFunction(() => window.isReady);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const work = `(async () => {
    const makeEvent = ${makeEvent};
    for (let i = 0; i < ${EVENTS}; ) {
      for (const end = i + 50; i < end; ++i) window.track('checkout_completed', makeEvent(i));
      await new Promise((resolve) => setTimeout(resolve));
    }
    await window.rest();
  })()`;
  await page.evaluate(work); // warms up, ours and theirs
  const before = { ...sink };
  const began = await taskSeconds(session);
  await page.evaluate(work);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const cpu = ((await taskSeconds(session)) - began) * 1e6;
  if (sink.events - before.events !== EVENTS) throw new Error(`${name}: ${sink.events - before.events} events arrived`);
  await page.close();
  return { cpu: cpu / EVENTS, bytes: (sink.bytes - before.bytes) / EVENTS };
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];

const site = await startSink(pageAt);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'.split(' '),
});
const runs = { baseline: [], waymark: [] };
try {
  for (let i = 0; i < RUNS; ++i) for (const name in runs) runs[name].push(await run(browser, site, name));
} finally {
  await browser.close();
  site.server.close();
}
const result = Object.fromEntries(
  Object.entries(runs).map(([name, all]) => [
    name,
    { cpu: median(all.map(({ cpu }) => cpu)), bytes: median(all.map(({ bytes }) => bytes)) },
  ]),
);
const ratio = result.waymark.cpu / result.baseline.cpu;
if (process.argv.includes('--json')) console.log(JSON.stringify({ ...result, ratio }));
else {
  console.log(`\nDelivering ${EVENTS} events in Chromium, flush included, an event:`);
  for (const [name, { cpu, bytes }] of Object.entries(result))
    console.log(
      `${name.padEnd(10)} ${cpu.toFixed(1).padStart(7)} us of the main thread ${bytes.toFixed(1).padStart(7)} B`,
    );
  console.log(`main thread: ${ratio.toFixed(2)} times the baseline (goal ${GOALS.cpu}); body: goal ${GOALS.bytes} B`);
}
