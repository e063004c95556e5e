// Everything that grows has a bound, and whoever meets it is told so.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeBatch, metric, post, startCollector } from './collector_process.mjs';

/** Sends bytes over a bare socket; resolves with what came back and after how long the connection was closed. */
function speak(url, chunks) {
  const { hostname, port } = new URL(url);
  const began = performance.now();
  return new Promise((done) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    const finish = () => done({ text, ms: performance.now() - began });
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', finish);
    socket.on('close', finish);
    socket.on('connect', async () => {
      for await (const chunk of chunks) if (socket.writable) socket.write(chunk);
    });
  });
}

test('a body over 1 MiB is refused with 413, declared or chunked', async (t) => {
  const { url, isAlive } = await startCollector(t);
  const big = 'x'.repeat(1024 * 1024 + 1);
  const { status, answer, headers } = await post(url, big);
  assert.equal(status, 413);
  assert.equal(answer.error, 'body_too_large');
  assert.equal(headers.get('access-control-allow-origin'), '*');
  const half = 'x'.repeat(600_000);
  const chunk = `${half.length.toString(16)}\r\n${half}\r\n`;
  const { text } = await speak(url, [
    'POST /event HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
    chunk,
    chunk,
    '0\r\n\r\n',
  ]);
  assert.match(text, /^HTTP\/1\.1 413 /);
  assert.ok(isAlive());
});

test('a gzip bomb is refused without being inflated whole', async (t) => {
  const { url, pid } = await startCollector(t);
  const { readFileSync } = await import('node:fs');
  const peakKiB = () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  await post(url, makeBatch());
  const before = peakKiB();
  const bomb = gzipSync(Buffer.alloc(800 * 1024 * 1024)); // 800 KB on the wire
  assert.ok(bomb.length < 1024 * 1024);
  const { status, answer } = await post(url, bomb);
  assert.equal(status, 413);
  assert.match(answer.message, /5 MiB/);
  assert.ok(peakKiB() - before < 32 * 1024, `${peakKiB() - before} KiB more at the peak`);
  const fits = gzipSync(`{"events":[{"event_name":"a_b"}],"other":"${'x'.repeat(4_900_000)}"}`);
  assert.equal((await post(url, fits)).answer.accepted, 1);
});

test('more than 500 events in a batch are refused', async (t) => {
  const { url } = await startCollector(t);
  assert.equal((await post(url, makeBatch({ count: 500 }))).answer.accepted, 500);
  const { status, answer } = await post(url, makeBatch({ first: 1000, count: 501 }));
  assert.equal(status, 413);
  assert.equal(answer.error, 'too_many_events');
});

test('headers over 16 KiB, and what is not HTTP, are refused', async (t) => {
  const { url } = await startCollector(t);
  const huge = await speak(url, [`GET /healthz HTTP/1.1\r\nHost: a\r\nX-Filler: ${'f'.repeat(20_000)}\r\n\r\n`]);
  assert.match(huge.text, /^HTTP\/1\.1 431 /);
  assert.match(huge.text, /headers_too_large/);
  const noise = await speak(url, ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is not HTTP\r\n\r\n']);
  assert.match(noise.text, /^HTTP\/1\.1 400 /);
});

test(
  'a client that sends too slowly is cut off after 10 seconds, others are served meanwhile',
  { timeout: 30_000 },
  async (t) => {
    const { url } = await startCollector(t);
    async function* drip() {
      yield 'POST /event HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{';
      for (let i = 0; i < 30; ++i) {
        await new Promise((go) => setTimeout(go, 500));
        yield ' ';
      }
    }
    const slow = speak(url, drip());
    assert.equal((await post(url, makeBatch())).answer.accepted, 1);
    const { ms } = await slow;
    assert.ok(ms > 9000 && ms < 13_000, `closed after ${Math.round(ms)} ms`);
  },
);

test('headers that come too slowly are cut off after 10 seconds', { timeout: 30_000 }, async (t) => {
  const { url } = await startCollector(t);
  async function* drip() {
    yield 'GET /healthz HTTP/1.1\r\nHost: a\r\n';
    for (let i = 0; i < 30; ++i) {
      await new Promise((go) => setTimeout(go, 500));
      yield `X-${i}: 1\r\n`;
    }
  }
  const { ms, text } = await speak(url, drip());
  assert.ok(ms > 9000 && ms < 13_000, `closed after ${Math.round(ms)} ms`);
  assert.equal(text, '');
});

// Takes 75 seconds: proved by ./dev test --all.
if (process.env.WAYMARK_ALL === '1')
  test('an idle connection is closed after 75 seconds', { timeout: 100_000 }, async (t) => {
    const { url } = await startCollector(t);
    const { ms } = await speak(url, []);
    assert.ok(ms > 74_000 && ms < 80_000, `closed after ${Math.round(ms)} ms`);
  });

test('a write key that sends too much is asked to wait', async (t) => {
  const { url } = await startCollector(t, {
    args: ['--write-key', 'a', '--write-key', 'b', '--events-per-second', '100'],
  });
  const send = (key, first) => post(url, makeBatch({ first, count: 300, write_key: key }));
  assert.equal((await send('a', 1)).status, 200);
  const refused = await send('a', 1000);
  assert.equal(refused.status, 429);
  assert.equal(refused.answer.error, 'rate_limited');
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(seconds >= 1 && seconds <= 3, `Retry-After: ${seconds}`);
  assert.equal(refused.headers.get('access-control-expose-headers'), 'Retry-After');
  assert.equal((await send('b', 2000)).status, 200, 'another key has its own allowance');
  await new Promise((go) => setTimeout(go, seconds * 1000));
  assert.equal((await send('a', 1000)).status, 200, 'the promise of Retry-After holds');
});

test('a full queue answers 503 with Retry-After and forgets nothing', async (t) => {
  const { url } = await startCollector(t, { args: ['--queue-events', '50', '--group-wait-ms', '1500'] });
  const first = post(url, makeBatch({ count: 40 })); // waits in the queue for company
  while ((await metric(url, 'waymark_queue_events')) < 40) await new Promise((go) => setTimeout(go, 10));
  const refused = await post(url, makeBatch({ first: 100, count: 40 }));
  assert.equal(refused.status, 503);
  assert.equal(refused.answer.error, 'queue_full');
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  assert.equal((await first).answer.accepted, 40);
  assert.equal((await post(url, makeBatch({ first: 100, count: 40 }))).answer.accepted, 40);
});

test('connections beyond the bound do not push out those that work', { timeout: 60_000 }, async (t) => {
  const { url } = await startCollector(t);
  const { hostname, port } = new URL(url);
  const sockets = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  for (let i = 0; i < 1100; ++i) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    sockets.push(socket);
    if (i % 100 === 99) await new Promise((go) => setTimeout(go, 50));
  }
  assert.equal((await post(url, makeBatch())).answer.accepted, 1, 'an idle connection makes room');
  assert.ok((await metric(url, 'waymark_connections')) <= 1025);
});

test('when all connections are busy, one more is told so and can come again', { timeout: 60_000 }, async (t) => {
  const { url } = await startCollector(t);
  const { hostname, port } = new URL(url);
  const sockets = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  for (let i = 0; i < 1024; ++i) {
    const socket = connect(Number(port), hostname, () => socket.write('P')); // has begun a request
    socket.on('error', () => {});
    sockets.push(socket);
    if (i % 100 === 99) await new Promise((go) => setTimeout(go, 50));
  }
  await new Promise((go) => setTimeout(go, 300));
  const { text } = await speak(url, []);
  assert.match(text, /^HTTP\/1\.1 503 /);
  assert.match(text, /\r\nRetry-After: 1\r\n/);
  const [, body] = text.split('\r\n\r\n');
  assert.equal(JSON.parse(body).error, 'busy');
  assert.equal(Number(/Content-Length: (\d+)/.exec(text)[1]), body.length);
  for (const socket of sockets.splice(0, 10)) socket.destroy();
  await new Promise((go) => setTimeout(go, 200));
  assert.equal((await post(url, makeBatch())).answer.accepted, 1);
});

test('what a batch gives for all its events is bounded, as it is stored with each', async (t) => {
  const { url } = await startCollector(t);
  const filler = (bytes) => ({ page: { a: 'x'.repeat(bytes / 2), b: 'x'.repeat(bytes / 2) } });
  const events = [{ event_name: 'uses_it' }, { event_name: 'has_none', context: null }];
  const { answer } = await post(url, { context: filler(16_500), events });
  assert.equal(answer.accepted, 1);
  assert.deepEqual(answer.rejected, [{ index: 0, reason: 'event_too_large', path: '/context' }]);
  assert.equal((await post(url, { context: filler(15_000), events })).answer.accepted, 2);
});
