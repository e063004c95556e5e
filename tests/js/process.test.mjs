// Where there is no window: importing does nothing, and a process ends as it should. Each in a process of its own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { readBody } from './body.mjs';

const run = promisify(execFile);
const dist = new URL('../../js/dist/', import.meta.url);

async function runScript(script, ...flags) {
  const beganMs = performance.now();
  const { stdout } = await run(process.execPath, [...flags, '--input-type=module', '-e', script], { timeout: 30_000 });
  return { output: stdout.trim(), tookMs: performance.now() - beganMs };
}

async function withCollector(body) {
  const bodies = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (bytes) => chunks.push(bytes));
    request.on('end', () => {
      bodies.push(readBody(Buffer.concat(chunks)));
      response.end('{"accepted":1,"duplicate":0,"rejected":[]}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${server.address().port}`, bodies);
  } finally {
    server.close();
  }
}

const program = (entry, endpoint, rest) => `
  import { init, track } from ${JSON.stringify(new URL(entry, dist).href)};
  const tracker = init({ writeKey: 'demo', endpoint: '${endpoint}', consent: { defaults: { analytics: 'granted' } } });
  await tracker.ready;
  ${rest}`;

for (const entry of ['track.js', 'url.js', 'js.js'])
  test(`importing ${entry} reads no global, starts nothing and lets the process end`, async () => {
    const { output } = await runScript(`
      const touched = [];
      for (const name of ['window', 'document', 'location', 'navigator', 'localStorage', 'screen', 'fetch'])
        Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); } });
      globalThis.setTimeout = () => touched.push('setTimeout');
      await import(${JSON.stringify(new URL(entry, dist).href)});
      console.log(JSON.stringify(touched));`);
    assert.equal(output, '[]');
  });

for (const entry of ['track.js', 'url.js', 'js.js'])
  test(`a script that just ends delivers (${entry})`, () =>
    withCollector(async (endpoint, bodies) => {
      const { output } = await runScript(program(entry, endpoint, `console.log(track('script_ended', { a: 1 }));`));
      assert.equal(output, 'accepted');
      assert.deepEqual(
        bodies.flatMap(({ events }) => events.map(({ event_name }) => event_name)),
        ['script_ended'],
      );
    }));

test('a collector that is down does not keep a process alive', async () => {
  const { output, tookMs } = await runScript(
    program('track.js', 'http://127.0.0.1:1', `console.log(track('script_ended'));`),
  );
  assert.equal(output, 'accepted');
  assert.ok(tookMs < 15_000, `${tookMs} ms`);
});

test('flush delivers at once', () =>
  withCollector(async (endpoint) => {
    const { output, tookMs } = await runScript(
      program('track.js', endpoint, `track('script_ended'); console.log(JSON.stringify(await tracker.flush()));`),
    );
    assert.deepEqual(JSON.parse(output), { acknowledged: 1, rejected: 0, dropped: 0, pending: 0 });
    assert.ok(tookMs < 4000, `${tookMs} ms`);
  }));

test('without WebAssembly the default entry takes the core as JavaScript', async () => {
  const { output } = await runScript(
    `import { gunzipSync } from 'node:zlib';
     globalThis.fetch = async (url, { body }) => {
       console.log(JSON.parse(gunzipSync(body)).events[0].event_name);
       return { ok: true, status: 200, headers: { get() {} }, json: async () => ({}) };
     };` +
      program('track.js', 'https://collect.example', `track('script_ended'); await tracker.flush();`).replace(
        /import (\{[^}]*\}) from ([^;]*);/,
        'const $1 = await import($2);',
      ),
    '--jitless',
  );
  assert.match(output, /script_ended/);
});
