// The core as it is shipped: the same by every door, and what the scripts around it rely on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { split } from '../../wasm/streams.mjs';
import { ANALYTICS, CONFIG, doors, NOW_MS, openCore, shortNames, startCore } from './doors.mjs';

const hasWasm = typeof WebAssembly === 'object';
const abi = readFileSync(new URL('../../wasm/abi.h', import.meta.url), 'utf8');

if (hasWasm)
  test('track.wasm imports nothing and exports the functions of abi.h and the memory alone', () => {
    const module = new WebAssembly.Module(readFileSync(new URL('../../js/dist/track.wasm', import.meta.url)));
    assert.deepEqual(WebAssembly.Module.imports(module), []);
    const declared = [...abi.matchAll(/^\w[\w* ]*?\b(waymark_\w+)\(/gm)].map(([, name]) => name);
    assert.ok(declared.length > 15);
    const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
    assert.deepEqual(Object.keys(shortNames).sort(), ['memory', ...declared].sort());
    assert.deepEqual(exported.sort(), Object.values(shortNames).sort());
    assert.equal(shortNames.waymark_abi_version, 'v', 'for ever');
  });

if (hasWasm)
  test('the core in each script is track.wasm but for the spelling of sizes and alignments', async () => {
    const file = readFileSync(new URL('../../js/dist/track.wasm', import.meta.url));
    const { Module } = WebAssembly;
    const { createTracker } = await import('../../js/dist/track.js');
    const script = readFileSync(new URL('../../js/dist/track.min.js', import.meta.url), 'utf8');
    const classic = new Function(`${script}; return waymark.createTracker;`)();
    for (const create of [createTracker, classic]) {
      const seen = [];
      WebAssembly.Module = function (bytes) {
        seen.push(Buffer.from(bytes));
        return new Module(bytes);
      };
      const tracker = create({
        writeKey: 'demo',
        endpoint: 'https://collect.example',
        consent: { defaults: { analytics: 'granted' } },
        storage: 'memory',
      });
      WebAssembly.Module = Module;
      await tracker.ready;
      tracker.consent.withdraw();
      assert.equal(seen.length, 1);
      assert.deepEqual(split(seen[0]), split(file));
    }
  });

for (const door of doors) {
  test(`${door}: the ABI version is that of abi.h`, async () => {
    const core = await openCore(door);
    assert.equal(core.exports.waymark_abi_version(), Number(abi.match(/WAYMARK_ABI_VERSION (\d+)/)[1]));
  });

  test(`${door}: two cores are apart`, async () => {
    const first = await startCore(door);
    const second = await startCore(door);
    first.track(NOW_MS, ANALYTICS, 'cart_opened\n{}');
    assert.equal(first.totals()[0], 1);
    assert.equal(second.totals()[0], 0);
  });

  test(`${door}: an event goes through to a batch, and its answer is counted`, async () => {
    const core = await startCore(door);
    const outcome = core.track(NOW_MS, ANALYTICS, 'cart_opened\n{"items":3}');
    assert.deepEqual(outcome, { verdict: 0, reason: 0, ticket: 0 });
    core.flush();
    const sent = core.drain(NOW_MS).filter(({ kind }) => kind === 'send');
    assert.equal(sent.length, 1);
    const body = JSON.parse(sent[0].text);
    assert.equal(body.write_key, 'demo');
    assert.deepEqual(body.events[0].properties, { items: 3 });
    assert.deepEqual(core.totals(), [1, 1, 0, 0, 0, 0]);
  });

  test(`${door}: a text as long as the window passes the border, a longer one is refused`, async () => {
    const core = await startCore(door);
    const fill = (bytes) => {
      const frame = 'cart_opened\n{"a":""}';
      return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
    };
    for (const bytes of [65535, 65536, 65537, 200_000]) {
      const { verdict } = core.track(NOW_MS, ANALYTICS, fill(bytes));
      assert.equal(verdict, 4, `${bytes} bytes`);
      assert.match(core.explain(), /./);
    }
    assert.equal(core.track(NOW_MS, ANALYTICS, 'cart_opened\n{}').verdict, 0);
  });

  test(`${door}: bytes that are not UTF-8 are invalid, in any place`, async () => {
    const core = await startCore(door);
    const bad = [[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]];
    for (const bytes of bad)
      for (const [before, after] of [
        ['cart_opened\n{"a":"', '"}'],
        ['cart_opened\n{"', '":1}'],
        ['["cart_', '_x",{}]'],
        ['["a_b",{}', ']'],
      ]) {
        const text = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
        assert.equal(core.track(NOW_MS, ANALYTICS, text).verdict, 4, JSON.stringify([bytes, before]));
      }
    assert.equal(core.totals()[0], 0);
  });

  test(`${door}: no bytes whatever break the core`, async () => {
    const core = await startCore(door);
    let state = 7;
    const random = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16;
    const letters = Buffer.from('[]{}",:\\u0aé-1.e');
    for (let round = 0; round < 2000; ++round) {
      const bytes = Uint8Array.from({ length: random() % 60 }, () =>
        round % 2 ? random() & 255 : letters[random() % letters.length],
      );
      core.track(NOW_MS, random() % 5, bytes);
      core.track(NOW_MS, random() % 5, Buffer.concat([Buffer.from('a_b\n{"a":'), bytes]));
      core.setUser(bytes);
      core.setContext(round & 1, bytes);
    }
    core.track(NOW_MS, ANALYTICS, 'cart_opened\n{"last":true}');
    core.flush();
    const events = core
      .drain(NOW_MS)
      .filter(({ kind }) => kind === 'send')
      .flatMap(({ text }) => JSON.parse(text).events ?? []);
    assert.equal(events.at(-1).properties.last, true);
  });

  test(`${door}: before start all verdicts are disabled`, async () => {
    const core = await openCore(door);
    core.seed();
    assert.equal(core.track(NOW_MS, ANALYTICS, 'cart_opened\n{}').verdict, 7);
    assert.equal(core.poll(NOW_MS).kind, 'idle');
  });

  test(`${door}: a config that is not good is refused`, async () => {
    for (const config of [
      {},
      { ...CONFIG, sample_rate: -1 },
      { ...CONFIG, sample_rate: 'x' },
      { ...CONFIG, purposes: '[]' },
      { ...CONFIG, sample_salt: 'x'.repeat(9000) },
    ]) {
      const core = await openCore(door);
      core.seed();
      assert.notEqual(core.start(NOW_MS, config), 0, JSON.stringify(config));
    }
  });

  test(`${door}: the state goes out by store and comes back by start`, async () => {
    const core = await startCore(door);
    core.track(NOW_MS, ANALYTICS, 'cart_opened\n{}');
    const { text } = core.drain(NOW_MS).find(({ kind }) => kind === 'store');
    const [anonymous_id] = text.split('\n');
    assert.match(anonymous_id, /^[0-9a-f-]{36}$/);
    const next = await openCore(door);
    next.seed(2);
    next.start(NOW_MS, CONFIG, { state: text });
    next.track(NOW_MS, ANALYTICS, 'cart_opened\n{}');
    next.flush();
    const { text: body } = next.drain(NOW_MS).find(({ kind }) => kind === 'send');
    assert.equal(JSON.parse(body).anonymous_id, anonymous_id);
  });

  test(`${door}: a held event names its ticket again when it is decided`, async () => {
    const core = await startCore(door, CONFIG, { granted: 0 });
    const { verdict, ticket } = core.track(NOW_MS, ANALYTICS, 'cart_opened\n{}');
    assert.equal(verdict, 1);
    assert.notEqual(ticket, 0);
    core.exports.waymark_set_consent(NOW_MS, 1 << ANALYTICS, 0);
    const decided = core.drain(NOW_MS).find(({ kind }) => kind === 'decided');
    assert.deepEqual([decided.id, decided.detail & 255], [ticket, 0]);
  });

  test(`${door}: the memory is 1 MiB at most and does not grow`, async () => {
    const core = await startCore(door);
    assert.ok(core.buffer.byteLength <= 1 << 20);
    const { memory } = core.exports;
    if (door !== 'js') assert.throws(() => memory.grow(1), RangeError);
    for (let i = 0; i < 20_000; ++i)
      core.track(NOW_MS, ANALYTICS, `cart_opened\n{"i":${i},"text":"${'y'.repeat(200)}"}`);
    assert.equal(memory.buffer, core.buffer);
    assert.ok(core.totals()[3] > 10_000, 'what does not fit is given up, and counted');
  });
}

if (doors.length > 1)
  test('the same calls give the same bytes by every door', async () => {
    const transcript = async (door) => {
      const core = await startCore(door, { ...CONFIG, sample_rate: 0.5, sample_salt: 's' });
      const lines = [];
      for (let i = 0; i < 300; ++i) {
        const nowMs = NOW_MS + i * 1234.5;
        lines.push(core.track(nowMs, i % 5, `item_viewed\n{"i":${i},"mail":"a${i}@example.com","n":${i / 7}}`));
        if (i % 40 === 0) lines.push(core.setUser(`user_${i}`));
        if (i % 60 === 0) core.flush();
        lines.push(core.drain(nowMs, i % 3 ? 200 : 503), core.explain());
      }
      lines.push(core.totals());
      return JSON.stringify(lines);
    };
    const [first, ...others] = await Promise.all(doors.map(transcript));
    assert.ok(first.includes('item_viewed'));
    for (const other of others) assert.equal(other, first);
  });

if (hasWasm && !process.env.DOOR)
  test('the JavaScript core passes these tests where there is no WebAssembly', () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env; // with it node would skip the file as a nested run
    const args = ['--jitless', '--test-reporter=tap', fileURLToPath(import.meta.url)];
    const options = { env: { ...env, DOOR: 'js' }, encoding: 'utf8', timeout: 120_000 };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /^# pass [1-9]\d*$/m);
    assert.match(stdout, /^# fail 0$/m);
  });
