// The cost of track() beside JSON.stringify of the same event and an array push, in Node and in Chromium, and the size
// of every entry. `--json` prints one JSON line instead of tables. CHROMIUM names the browser (/usr/bin/chromium).
import { existsSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { makeEvent, measure } from './event.mjs';
import { startSink } from './sink.mjs';

const dist = new URL('../../js/dist/', import.meta.url);
const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';

const OPTIONS = { writeKey: 'bench', consent: { defaults: { analytics: 'granted' } } };

async function inNode(origin) {
  const { init } = await import(new URL('track.js', dist));
  const tracker = init({ ...OPTIONS, endpoint: origin });
  await tracker.ready;
  const result = await measure({ track: tracker.track, rest: tracker.flush, makeEvent });
  tracker.consent.withdraw();
  return result;
}

async function inChromium(origin) {
  const { chromium } = await import('playwright-core');
  const instance = await chromium.launch({
    executablePath: browser,
    args: '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
      ' ',
    ),
  });
  try {
    const page = await instance.newPage();
    await page.goto(origin);
    return await page.evaluate(`(async () => {
      const { init } = await import('/track.js');
      const tracker = init(${JSON.stringify({ ...OPTIONS, endpoint: origin })});
      await tracker.ready;
      return (${measure})({ track: tracker.track, rest: tracker.flush, makeEvent: ${makeEvent} });
    })()`);
  } finally {
    await instance.close();
  }
}

function sizes() {
  const budget = JSON.parse(readFileSync(new URL('../../js/budget.json', import.meta.url), 'utf8'));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  return [...Object.keys(budget), 'fallback.js'].map((entry) => {
    const bytes = readFileSync(new URL(entry, dist));
    return {
      entry,
      raw: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes, { params }).length,
    };
  });
}

const { server, sink, origin } = await startSink(() => '<!doctype html><title>bench</title>');
const results = { node: await inNode(origin) };
if (existsSync(browser)) results.chromium = await inChromium(origin);
else console.error(`track_bench: no browser at ${browser}; set CHROMIUM to measure in one`);
server.close();
server.closeAllConnections();
const expected = Object.keys(results).length * 6 * 8000;
if (sink.events !== expected) throw new Error(`${sink.events} of ${expected} events arrived`);

if (process.argv.includes('--json')) console.log(JSON.stringify({ track: results, sizes: sizes() }));
else {
  console.log('track() of an event with 8 properties, granted, no plan, warm, median of 5 runs');
  for (const [host, { trackUs, baselineUs, ratio }] of Object.entries(results))
    console.log(
      `  ${host.padEnd(9)} ${trackUs.toFixed(2)} µs, stringify + push ${baselineUs.toFixed(2)} µs, ratio ${ratio.toFixed(2)}`,
    );
  console.log('size in bytes (raw, gzip 9, brotli 11)');
  for (const { entry, raw, gzip, brotli } of sizes())
    console.log(' ', entry.padEnd(13), ...[raw, gzip, brotli].map((size) => String(size).padStart(7)));
}
