// Crashes at the collector: real ones, grouped by the function on top, with names as soon as there are symbols.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join, resolve, dirname } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeDirectory, post, run, startCollector } from './collector_process.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = resolve(root, process.env.WAYMARK_CRASH_PROGRAM ?? 'build/release/tests/client/crash_program');
const key = ['--read-key', 'secret'];
const read = async (url, path) => {
  const response = await fetch(url + path, { headers: { authorization: 'Bearer secret' } });
  assert.equal(response.status, 200);
  return response.json();
};
const upload = (url) => run(['symbols', 'upload', program, '--endpoint', url, '--key', 'secret']);

/** The properties of the event that a crash of the program in this way gives. */
function crash(t, way) {
  const report = join(makeDirectory(t), 'report');
  spawnSync('sh', ['-c', 'ulimit -c 0; "$0" "$1" "$2"', program, way, report], { stdio: 'ignore' });
  return JSON.parse(execFileSync(program, ['read', report]));
}

let crashes = 0;
const eventOf = (properties, more) => ({
  event_name: 'crash_reported',
  properties: { ...properties, crash_id: [0, 0, 0, ++crashes] },
  ...more,
});

test('every crash has the name of the function that crashed, once its symbols are there', async (t) => {
  const { url } = await startCollector(t, { args: key });
  const ways = {
    write_null: ['write_null', 11],
    abort: ['call_abort', 6],
    divide: ['divide_by_zero', 8],
    truncated_file: ['read_truncated_file', 7],
    undefined_instruction: ['run_undefined_instruction', 4],
    exception: ['throw_uncaught', 6],
    overflow: ['overflow_stack', 11],
    overflow_on_thread: ['overflow_stack', 11],
    broken_stack: ['break_stack', 11],
    call_nothing: ['call_nothing', 11],
    two_threads: ['write_null', 11],
    noexcept: ['throw_out_of_range()', 6],
  };
  const events = Object.keys(ways).map((way) => eventOf(crash(t, way)));
  assert.equal((await post(url, { events })).answer.accepted, events.length);

  const before = await read(url, '/api/crashes');
  assert.equal(before.events, events.length);
  for (const { top } of before.crashes) assert.match(top, /^crash_program\+0x[0-9a-f]+$/);

  assert.match((await upload(url)).stdout, /: \d+ functions of build [0-9a-f]{40}\n$/);
  const after = await read(url, '/api/crashes');
  const expected = {};
  for (const [name, signal] of Object.values(ways)) {
    const place = `crash_program!${name} ${signal}`;
    expected[place] = (expected[place] ?? 0) + 1;
  }
  assert.deepEqual(
    Object.fromEntries(after.crashes.map(({ top, signal, count }) => [`${top} ${signal}`, count])),
    expected,
  );
  const aborted = after.crashes.find(({ top }) => top.includes('call_abort'));
  assert.match(aborted.frames[0], /^libc\.so\.6\+0x/);
  assert.ok(aborted.frames.some((name) => /^crash_program!(main|\(anonymous namespace\)::crash_in)/.test(name)));
  const thrown = after.crashes.find(({ top }) => top.includes('throw_uncaught'));
  assert.equal(thrown.exception_type, 'std::runtime_error');
});

test('the largest group is first, a crash that came twice counts once, and times are those of the events', async (t) => {
  const { url } = await startCollector(t, { args: key });
  const [null_, abort] = [crash(t, 'write_null'), crash(t, 'abort')];
  const time = (second) => new Date(1700000000000 + second * 1000).toISOString();
  const again = eventOf(abort, { timestamp: time(9) });
  await post(url, {
    events: [again, again, eventOf(null_, { timestamp: time(5) }), eventOf(null_, { timestamp: time(2) })],
  });
  await upload(url);
  const { events, crashes } = await read(url, '/api/crashes');
  assert.equal(events, 3);
  assert.deepEqual(
    crashes.map(({ frames, ...group }) => group),
    [
      { top: 'crash_program!write_null', signal: 11, count: 2, first: time(2), last: time(5) },
      { top: 'crash_program!call_abort', signal: 6, count: 1, first: time(9), last: time(9) },
    ],
  );
  assert.equal((await read(url, '/api/crashes?limit=1')).crashes.length, 1);
});

test('anonymous crashes are grouped by build id and offset, and named by symbols', async (t) => {
  const { url } = await startCollector(t, { args: key });
  const properties = crash(t, 'abort');
  const profile = 'anonymous';
  const sent = await post(url, { profile, events: [eventOf(properties), eventOf(properties)] });
  assert.equal(sent.answer.accepted, 2);
  const [before] = (await read(url, '/api/crashes')).crashes;
  assert.match(before.top, /^[0-9a-f]{16}\+0x[0-9a-f]+$/);
  assert.equal(before.count, 2);
  assert.ok(!JSON.stringify(before).includes('libc'));
  await upload(url);
  const [after] = (await read(url, '/api/crashes')).crashes;
  assert.equal(after.top, 'crash_program!call_abort');
});

test('events that are made up in part or whole do no harm', async (t) => {
  const { url } = await startCollector(t, { args: key });
  await upload(url);
  const modules = [{ name: 'a!b', build_id: [1] }, { name: 7, build_id: [-1, 'x'] }, 'no module', { name: 'ok' }];
  const odd = [
    {},
    { frames: 'none', modules: 3, signal: 'eleven', top_frame: [] },
    { frames: [[0, 1]], modules: [], top_frame: 5 },
    {
      frames: [[0, 16], [1, 17], [9, 1], [3], [3, -1], [3, 1e300], 7, null, [3, 5]],
      modules,
      top_frame: 8,
      signal: 1e9,
    },
    { frames: [[0, 1]], modules: [{ build_id: Array(100).fill(1) }], exception_type: 'N'.repeat(600), crash_id: 'zz' },
    { frames: Array(300).fill([0, 1]), modules: [{ name: '<b>' }], exception_type: 'N3app4Nope' },
  ];
  const { answer } = await post(url, {
    events: odd.map((properties) => ({ event_name: 'crash_reported', properties })),
  });
  assert.equal(answer.accepted, odd.length);
  const { events, crashes } = await read(url, '/api/crashes');
  assert.equal(events, odd.length);
  const tops = Object.fromEntries(crashes.map(({ top, count }) => [top, count]));
  assert.deepEqual(tops, { '?': 3, 'ok+0x5': 1, '?+0x1': 1, '<b>+0x1': 1 });
  assert.equal(crashes.find(({ top }) => top === '<b>+0x1').frames.length, 64);
  assert.equal(crashes.find(({ top }) => top === '<b>+0x1').exception_type, 'N3app4Nope');
});

test('sessions are counted for each version, with the share that did not crash', async (t) => {
  const { url } = await startCollector(t, { args: key });
  const end = (status, app_version, count) =>
    Array.from({ length: count }, () => ({
      event_name: 'session_ended',
      app_version,
      properties: { status, duration_ms: 5 },
    }));
  await post(url, {
    events: [
      ...end('ok', '1.1.0', 6),
      ...end('crashed', '1.1.0', 1),
      ...end('abnormal', '1.1.0', 1),
      ...end('ok', '1.0.0', 3),
      ...end('sideways', undefined, 1),
      { event_name: 'session_started', properties: { status: 'crashed' } },
    ],
  });
  assert.deepEqual(await read(url, '/api/sessions'), {
    sessions: [
      { app_version: '1.1.0', ok: 6, crashed: 1, abnormal: 1, unknown: 0, crash_free: 0.875 },
      { app_version: '1.0.0', ok: 3, crashed: 0, abnormal: 0, unknown: 0, crash_free: 1 },
      { app_version: '', ok: 0, crashed: 0, abnormal: 0, unknown: 1, crash_free: null },
    ],
  });
  // The anonymous profile keeps no words that no plan lists, but truths.
  const truths = (is_crashed, is_abnormal) => ({
    event_name: 'session_ended',
    app_version: '2.0.0',
    properties: { status: is_crashed ? 'crashed' : 'ok', is_crashed, is_abnormal, duration_ms: 5, version: '1.9.0' },
  });
  const ends = [truths(true, false), truths(false, false), truths(false, true), truths(false, true)];
  await post(url, { profile: 'anonymous', events: ends });
  await post(url, { events: ends.slice(1) });
  const { sessions } = await read(url, '/api/sessions');
  const of = (version) => sessions.find(({ app_version }) => app_version === version);
  assert.deepEqual(of('2.0.0'), { app_version: '2.0.0', ok: 1, crashed: 1, abnormal: 2, unknown: 0, crash_free: 0.75 });
  // A program tells of its earlier runs, which may have been of an earlier version.
  assert.deepEqual(of('1.9.0'), { app_version: '1.9.0', ok: 1, crashed: 0, abnormal: 2, unknown: 0, crash_free: 1 });
});

test('crashes and sessions are for who has the read key', async (t) => {
  const { url } = await startCollector(t, { args: key });
  for (const path of ['/api/crashes', '/api/sessions']) {
    assert.equal((await fetch(url + path)).status, 401);
    assert.equal((await fetch(`${url}${path}?key=secret`)).status, 200);
  }
  for (const limit of ['0', '101', 'x', '-1']) {
    assert.equal((await fetch(`${url}/api/crashes?key=secret&limit=${limit}`)).status, 400);
  }
});
