// Each example runs as its README says, against a real collector, and what it tells of arrives there.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { binary, list, makeDirectory, startCollector } from '../collector/collector_process.mjs';
import { build, personalEnvironment, root, runProgram } from './client_program.mjs';

const examples = join(root, 'examples');
const library = join(build, 'native/client/libwaymark.so');
const cache = mkdtempSync(join(tmpdir(), 'waymark-mypy-'));
test.after(() => rmSync(cache, { recursive: true, force: true }));

/** Runs a program that must succeed; returns what it writes to its standard output. */
async function must(program, args, options) {
  const { status, signal, stdout, stderr } = await runProgram(program, args, options);
  assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' }, stdout);
  return stdout;
}

/** Runs a program with this standard input; resolves with its output. */
function pipe(program, args, { env, cwd, input }) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { env, cwd, timeout: 30_000 });
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => (out[name] += chunk));
    child.on('error', fail);
    child.on('close', (status) => done({ ...out, status }));
    child.stdin.end(input);
  });
}

/**
 * All events, once there are so many. A program that ends waits for 100 ms at most: what it did not get rid of by then
 * is sent by the next, so `again` starts one.
 */
async function eventsOf(collector, least, again) {
  for (let tries = 0; ; ++tries) {
    const events = await list(collector.url);
    if (events.length >= least || tries === 100) return events;
    await again?.();
    await new Promise((done) => setTimeout(done, 50));
  }
}

const named = (events, name) => events.filter((event) => event.event_name === name);

/** The metrics of all `metric_recorded` events together: by name, how many values and their sum. */
function metricsOf(events) {
  const sums = {};
  for (const event of named(events, 'metric_recorded')) {
    for (const [name, { count, sum, max }] of Object.entries(event.properties.metrics)) {
      sums[name] ??= { count: 0, sum: 0, max: 0 };
      sums[name].count += count;
      sums[name].sum += sum;
      sums[name].max = Math.max(sums[name].max, max);
    }
  }
  return sums;
}

test('audio-plugin: several plug-ins tell of their callbacks, parameters, presets and windows', async (t) => {
  const collector = await startCollector(t, { args: ['--plan', join(examples, 'audio-plugin/plan.json')] });
  const home = makeDirectory(t);
  const env = personalEnvironment(home);
  const plan = join(home, 'plan.bin');
  await must(binary, ['plan', 'compile', join(examples, 'audio-plugin/plan.json'), '-o', plan], { env });
  const program = join(build, 'examples/audio-plugin/audio_plugin');
  const args = ['--endpoint', collector.url, '--plan', plan, '--instances', '3', '--seconds', '2.5'];
  const output = await must(program, [...args, '--answer', 'yes'], { env });
  assert.match(output, /^real time: (SCHED_FIFO|not permitted \(.+\); .+)$/m);
  const callbacks = Number(/^(\d+) callbacks of 3 plug-ins/m.exec(output)[1]);
  assert.ok(callbacks > 500, output);
  // The rest of what was told at the end goes at the next start.
  await must(program, [...args.slice(0, -1), '0.5'], { env });

  const brief = () => must(program, [...args.slice(0, -1), '0.3'], { env });
  const events = await eventsOf(collector, 12, brief);
  const presets = named(events, 'plugin_preset_loaded').map((event) => event.properties.preset);
  assert.deepEqual([...new Set(presets)].sort(), ['Bright Lead', 'Sub Bass', 'Warm Pad']);
  const changes = named(events, 'plugin_parameters_changed');
  assert.ok(changes.length >= 3);
  const sum = changes.reduce((total, event) => total + event.properties.cutoff, 0);
  assert.ok(sum >= 3 * Math.floor(callbacks / 100), `${sum} changes of ${callbacks} callbacks`);
  const metrics = metricsOf(events);
  assert.deepEqual(Object.keys(metrics).sort(), [
    'plugin.cpu.peak.percent',
    'plugin.cpu.percent',
    'plugin.load.ms',
    'plugin.ui.fps',
  ]);
  assert.ok(metrics['plugin.load.ms'].count >= 3);
  const share = metrics['plugin.cpu.percent'];
  assert.ok(share.sum > 0 && share.count >= 3, JSON.stringify(share));
  assert.ok(metrics['plugin.ui.fps'].max <= 200);
  for (const event of events) assert.equal(event.anonymous_id, undefined);
});

test('audio-plugin: without an answer it shows what it would ask, and is silent', async (t) => {
  const collector = await startCollector(t);
  const env = personalEnvironment(makeDirectory(t));
  const program = join(build, 'examples/audio-plugin/audio_plugin');
  const output = await must(program, ['--endpoint', collector.url, '--seconds', '0.3'], { env });
  assert.match(output, /telemetry is silent: /);
  assert.deepEqual(await list(collector.url), []);
  const { status, stderr } = await runProgram(program, ['--instances', 'many'], { env });
  assert.equal(status, 2);
  assert.match(stderr, /--instances 'many' is not understood/);
});

test('c-tool: counts words, and tells of it once it may', async (t) => {
  const collector = await startCollector(t);
  const env = personalEnvironment(makeDirectory(t), { COLLECTOR: collector.url });
  const program = join(build, 'examples/c-tool/count_words');
  const count = (more = {}) => pipe(program, [], { env: { ...env, ...more }, input: 'one two\nthree\n' });
  assert.deepEqual(await count(), { stdout: '2 3 14\n', stderr: '', status: 0 });
  assert.match(await must(program, ['--telemetry', 'on'], { env }), /^telemetry is on$/m);
  assert.deepEqual(await count(), { stdout: '2 3 14\n', stderr: '', status: 0 });
  assert.deepEqual(await count({ COUNT_WORDS_NO_TELEMETRY: '1' }), { stdout: '2 3 14\n', stderr: '', status: 0 });
  assert.match(await must(program, ['--telemetry', 'status'], { env }), /^telemetry is on$/m);
  const events = await eventsOf(collector, 2, () => must(program, ['--telemetry', 'status'], { env }));
  assert.deepEqual(
    named(events, 'words_counted').map((event) => event.properties),
    [{ lines: 2, words: 3 }],
  );
  assert.equal(metricsOf(events)['count.time.ms'].count, 1);
  assert.match(await must(program, ['--telemetry', 'off'], { env }), /^telemetry is off$/m);
  await count();
  assert.equal(named(await list(collector.url), 'words_counted').length, 1);
});

test('python/ctypes: sorts lines, and tells of it once it may', async (t) => {
  const collector = await startCollector(t);
  const cwd = join(examples, 'python/ctypes');
  const more = { COLLECTOR: collector.url, WAYMARK_LIBRARY: library, PYTHONDONTWRITEBYTECODE: '1' };
  const env = personalEnvironment(makeDirectory(t), more);
  const sort = () => pipe('python3', ['-W', 'error', 'example.py'], { env, cwd, input: 'b\na\n' });
  assert.deepEqual(await sort(), { stdout: 'a\nb\n', stderr: '', status: 0 });
  assert.match(await must('python3', ['example.py', '--telemetry', 'on'], { env, cwd }), /^telemetry is on$/m);
  assert.deepEqual(await sort(), { stdout: 'a\nb\n', stderr: '', status: 0 });
  const events = await eventsOf(collector, 2, () => must('python3', ['example.py', '--telemetry', 'on'], { env, cwd }));
  assert.deepEqual(
    named(events, 'lines_sorted').map((event) => event.properties),
    [{ lines: 2 }],
  );
  assert.equal(metricsOf(events)['sort.time.ms'].count, 1);
});

test('python/ctypes: values that are no JSON are not tracked, and nothing is raised', async (t) => {
  const cwd = join(examples, 'python/ctypes');
  const env = personalEnvironment(makeDirectory(t), { WAYMARK_LIBRARY: library, PYTHONDONTWRITEBYTECODE: '1' });
  const script = `
from waymark import DENIED, DISABLED, QUEUED, Telemetry
with Telemetry(tool="t", version="1", endpoint="http://127.0.0.1:9", write_key="demo") as telemetry:
    assert telemetry.track("a_done", {"x": float("nan")}) == DISABLED
    assert telemetry.track("a_done", {"x": object()}) == DISABLED
    assert telemetry.track("a_done", {"x": [1, "ü", None]}) == QUEUED
    deep = None
    for _ in range(100_000):
        deep = [deep]
    assert telemetry.track("a_done", {"x": deep}) == DISABLED
    assert telemetry.track("a_\\ud800", {"x": 1}) == DISABLED
    assert telemetry.track(None) == DISABLED
    assert telemetry.track("a_done", purpose=None) == DISABLED
    assert telemetry.record("x.done.ms", "abc") == DISABLED
    assert telemetry.record("x.done.ms", 10**400) == DISABLED
    assert telemetry.record("x.\\ud800.ms", 1) == DISABLED
    for time in (float("inf"), 3e6, 1e400, 0, -1, float("nan"), "soon", None):
        assert not telemetry.flush(time).is_done
    seen = []
    library, telemetry._library = telemetry._library, type("Seen", (), {"waymark_flush": lambda _, ms: seen.append(ms)})
    for time in (0.5, 3e6, float("inf"), -1, float("nan")):
        telemetry.flush(time)
    telemetry._library = library
    assert seen == [500, 2147483647, 2147483647, 0, 0], seen
    assert telemetry.consent("\\ud800") == DENIED and telemetry.explain("\\ud800") == ""
    assert "unknown" in telemetry.explain()
    assert telemetry.answer(False) and telemetry.consent() == DENIED
    assert telemetry.track("a_done") == DISABLED
with Telemetry(tool="No Tool", version="1", endpoint="http://127.0.0.1:9", write_key="demo") as telemetry:
    assert not telemetry.is_on and "tool" in telemetry.status_detail
    assert telemetry.notice is not None
telemetry.close()
assert telemetry.track("a_done") == DISABLED
for tool in ("\\ud800", None):
    with Telemetry(tool=tool, version="1", endpoint="http://127.0.0.1:9", write_key="demo") as telemetry:
        assert not telemetry.is_on and "no text" in telemetry.status_detail
        assert telemetry.track("a_done") == DISABLED and telemetry.notice is not None
`;
  await must('python3', ['-W', 'error', '-c', script], { env, cwd });
});

/** A folder with the back end and what is generated for it. */
async function makeBackend(t) {
  const folder = makeDirectory(t);
  cpSync(join(examples, 'python/backend'), folder, { recursive: true });
  const generate = ['plan', 'generate', join(folder, 'plan.json'), '--lang', 'python', '-o', folder];
  await must(binary, generate, { env: personalEnvironment(folder) });
  return folder;
}

test('python/backend: tells of each request of those who agreed', async (t) => {
  const collector = await startCollector(t, { args: ['--plan', join(examples, 'python/backend/plan.json')] });
  const cwd = await makeBackend(t);
  const env = personalEnvironment(cwd, { COLLECTOR: collector.url, PYTHONDONTWRITEBYTECODE: '1' });
  const server = spawn('python3', ['-W', 'error', 'server.py', '0'], { env, cwd });
  t.after(() => server.kill('SIGKILL'));
  let stderr = '';
  server.stderr.on('data', (chunk) => (stderr += chunk));
  const url = await new Promise((done, fail) => {
    server.on('close', () => fail(new Error(stderr)));
    server.stdout.on('data', (chunk) => done(/listening on (\S+)/.exec(String(chunk))[1]));
  });
  const agreed = { headers: { cookie: 'consent=analytics' } };
  assert.equal(await (await fetch(`${url}/greet?language=de`, agreed)).text(), 'Guten Tag\n');
  assert.equal((await fetch(`${url}/nowhere`, agreed)).status, 404);
  assert.equal((await fetch(`${url}/greet`)).status, 200);
  const events = await eventsOf(collector, 3);
  assert.deepEqual(
    named(events, 'greeting_sent').map((event) => event.properties),
    [{ language: 'de' }],
  );
  const requests = named(events, 'request_answered').map(
    ({ properties }) => `${properties.route} ${properties.status}`,
  );
  assert.deepEqual(requests.sort(), ['/greet 200', 'other 404']);
  server.kill('SIGINT');
  await new Promise((done) => server.on('close', done));
  assert.equal(stderr, '');
  assert.equal((await list(collector.url)).length, 3);
});

test('the Python of the examples passes mypy, and a misspelt property does not', async (t) => {
  const flags = ['--strict', '--python-version', '3.9', '--no-color-output', '--cache-dir', cache];
  const mypy = (cwd, files) => runProgram('mypy', [...flags, ...files], { env: personalEnvironment(cwd), cwd });
  const wrapper = await mypy(join(examples, 'python/ctypes'), ['waymark.py', 'example.py']);
  assert.match(wrapper.stdout, /^Success/);
  const folder = await makeBackend(t);
  const backend = await mypy(folder, ['server.py', 'track.py']);
  assert.match(backend.stdout, /^Success/);
  writeFileSync(join(folder, 'wrong.py'), 'import track\ntrack.log_event("greeting_sent", {"langauge": "de"})\n');
  const wrong = await mypy(folder, ['wrong.py']);
  assert.equal(wrong.status, 1);
  assert.match(wrong.stdout, /^wrong\.py:2: error: /m);
});
