// A program that crashes and is started again: the collector hears of it once, with the name of the function.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeDirectory, run, startCollector } from '../collector/collector_process.mjs';
import { build, personalEnvironment, runProgram } from './client_program.mjs';

const program = join(build, 'tests/client/crash_program');
const ways = {
  write_null: { signal: 'SIGSEGV', top: 'write_null' },
  abort: { signal: 'SIGABRT', top: 'call_abort' },
  divide: { signal: 'SIGFPE', top: 'divide_by_zero' },
  truncated_file: { signal: 'SIGBUS', top: 'read_truncated_file' },
  undefined_instruction: { signal: 'SIGILL', top: 'run_undefined_instruction' },
  exception: { signal: 'SIGABRT', top: 'throw_uncaught' },
  overflow: { signal: 'SIGSEGV', top: 'overflow_stack' },
  lives_on_and_divides: { signal: 'SIGFPE', top: 'divide_by_zero' },
};

test('each crash is told at the next start, once, and its session with it', async (t) => {
  const { url } = await startCollector(t, { args: ['--read-key', 'secret'] });
  const home = makeDirectory(t);
  const env = personalEnvironment(home);
  const start = (way) => runProgram(program, ['telemetry', way, url, join(home, way, 'data')], { env, cwd: home });
  const again = (way) => runProgram(program, ['telemetry', 'none', url, join(home, way, 'data')], { env, cwd: home });
  const told = async (name) => (await list(url, { key: 'secret' })).filter(({ event_name }) => event_name === name);

  for (const [way, { signal }] of Object.entries(ways)) {
    const crashed = await start(way);
    assert.deepEqual([crashed.status, crashed.signal], [null, signal], `${way}: ${crashed.stderr}`);
    const before = (await told('crash_reported')).length;
    for (let i = 0; i < 2; ++i) {
      const next = await again(way);
      assert.deepEqual([next.status, next.stderr], [0, ''], way);
      assert.equal((await told('crash_reported')).length, before + 1, way);
    }
    assert.deepEqual(readdirSync(join(home, way, 'data', 'crashes')), []);
  }

  await run(['symbols', 'upload', program, '--endpoint', url, '--key', 'secret']);
  const read = async (path) => (await fetch(`${url}${path}?key=secret`)).json();
  assert.deepEqual(
    (await read('/api/crashes')).crashes.map(({ top }) => top).sort(),
    [...new Set(Object.values(ways).map(({ top }) => `crash_program!${top}`))].sort(),
  );
  const [{ app_version, crashed, abnormal }] = (await read('/api/sessions')).sessions;
  assert.deepEqual(
    { app_version, crashed, abnormal },
    { app_version: '1.0.0', crashed: Object.keys(ways).length, abnormal: 0 },
  );
});

test('a program that lives on after a fault has not crashed, and leaves no report', async (t) => {
  const { url } = await startCollector(t, { args: ['--read-key', 'secret'] });
  const home = makeDirectory(t);
  const data = join(home, 'data');
  const start = (way) =>
    runProgram(program, ['telemetry', way, url, data], { env: personalEnvironment(home), cwd: home });
  const lived = await start('lives_on');
  assert.deepEqual([lived.status, lived.stdout], [0, 'not readable\n'.repeat(2)], lived.stderr);
  assert.deepEqual([...readdirSync(join(data, 'crashes')), ...readdirSync(join(data, 'runs'))], []);

  // As a program leaves them that is killed while it ends.
  for (const name of ['0'.repeat(32) + '.crash', '1'.repeat(32) + '.crash.new']) {
    writeFileSync(join(data, 'crashes', name), '');
  }
  assert.equal((await start('none')).status, 0);
  assert.deepEqual(readdirSync(join(data, 'crashes')), []);
  const events = await list(url, { key: 'secret' });
  assert.deepEqual(
    events.map(({ event_name, properties }) => [event_name, properties.status]),
    Array(2).fill(['session_ended', 'ok']),
  );
});

test('a crash is told from a long directory', async (t) => {
  const { url } = await startCollector(t, { args: ['--read-key', 'secret'] });
  const home = makeDirectory(t);
  const data = join(home, ...Array(6).fill('d'.repeat(200)));
  const env = personalEnvironment(home);
  for (const way of ['divide', 'none']) await runProgram(program, ['telemetry', way, url, data], { env, cwd: home });
  const told = (await list(url, { key: 'secret' })).map(({ event_name }) => event_name);
  assert.deepEqual(told.sort(), ['crash_reported', 'session_ended', 'session_ended']);
});

test('a crash that is told twice counts once, in the anonymous profile too', async (t) => {
  const { url } = await startCollector(t, { args: ['--read-key', 'secret'] });
  const home = makeDirectory(t);
  const data = join(home, 'data');
  const env = personalEnvironment(home);
  const start = (way) => runProgram(program, ['telemetry', way, url, data, 'anonymous'], { env, cwd: home });
  assert.equal((await start('divide')).signal, 'SIGFPE');
  const kept = ['runs', 'crashes'].flatMap((name) =>
    readdirSync(join(data, name)).map((file) => [join(data, name, file), readFileSync(join(data, name, file))]),
  );
  assert.equal(kept.length, 2);
  for (let i = 0; i < 2; ++i) {
    assert.equal((await start('none')).status, 0);
    // As after a power cut between the answer and the end of its files.
    for (const [path, bytes] of kept) writeFileSync(path, bytes, { mode: 0o600 });
  }
  const told = (await list(url, { key: 'secret' })).filter(({ event_name }) => event_name === 'crash_reported');
  assert.equal(told.length, 2);
  assert.deepEqual(told[0].properties.crash_id, told[1].properties.crash_id);
  const { crashes } = await (await fetch(`${url}/api/crashes?key=secret`)).json();
  assert.deepEqual(
    crashes.map(({ signal, count }) => [signal, count]),
    [[8, 1]],
  );
});
