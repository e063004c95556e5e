// What a crash leaves: a report with the right frame on top, and an end of the program as without us.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCore } from './core_file.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = resolve(root, process.env.WAYMARK_CRASH_PROGRAM ?? 'build/release/tests/client/crash_program');
const { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV } = constants.signals;
const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();

function makeDirectory(t) {
  const path = mkdtempSync(join(tmpdir(), 'waymark-crash-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs the program in a way, armed or not; how it ended, what it said, and the core that it left. */
function runWay(directory, way, report) {
  const args = ['watch', program, way, ...(report ? [report] : [])];
  const lines = execFileSync(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 });
  const said = String(lines).trim().split('\n');
  const { pid, ...end } = JSON.parse(said.pop());
  const name = readdirSync(directory).find((one) => one === 'core' || one === `core.${pid}`);
  const core = name && readCore(join(directory, name));
  if (name) rmSync(join(directory, name));
  return { end, said, core };
}

const readReport = (report) => JSON.parse(execFileSync(program, ['read', report]));

/** The functions of the program, as the symbol table has them. */
const functions = String(execFileSync('nm', ['--defined-only', '--print-size', program]))
  .split('\n')
  .map((line) => /^([0-9a-f]+) ([0-9a-f]+) [tTwW] (.*)$/.exec(line))
  .filter(Boolean)
  .map(([, address, size, name]) => ({ begin: parseInt(address, 16), size: parseInt(size, 16), name }));

function nameOf(properties, [module, offset]) {
  if (properties.modules[module]?.name !== 'crash_program') return properties.modules[module]?.name;
  return functions.find(({ begin, size }) => offset >= begin && offset < begin + size)?.name;
}

const topOf = (properties) => nameOf(properties, properties.frames[properties.top_frame]);
const namesOf = (properties) => properties.frames.map((frame) => nameOf(properties, frame));

// The compiler may split main() or take another function into it.
const hasMain = (properties) => namesOf(properties).some((name) => /^main\b|crash_in/.test(name));
const partOf = ({ instruction, signal, code }) => ({ instruction, signal, code });

const probed = Array(4).fill(/^not readable$/);
const ways = {
  write_null: { signal: SIGSEGV, top: 'write_null' },
  abort: { signal: SIGABRT, top: 'call_abort' },
  divide: { signal: SIGFPE, top: 'divide_by_zero' },
  truncated_file: { signal: SIGBUS, top: 'read_truncated_file' },
  undefined_instruction: { signal: SIGILL, top: 'run_undefined_instruction' },
  exception: { signal: SIGABRT, top: 'throw_uncaught', type: 'St13runtime_error' },
  noexcept: { signal: SIGABRT, top: /throw_out_of_range/, type: 'St12out_of_range' },
  overflow: { signal: SIGSEGV, top: 'overflow_stack', frames: 64 },
  overflow_on_thread: { signal: SIGSEGV, top: 'overflow_stack', frames: 64 },
  broken_stack: { signal: SIGSEGV, top: 'break_stack', frames: 1 },
  call_nothing: { signal: SIGSEGV, top: 'call_nothing' },
  two_threads: { signal: SIGSEGV, top: 'write_null' },
  own_handler: { signal: SIGSEGV, top: 'write_null', said: [/^masked 11 1 \(nil\)$/] },
  own_stack: { signal: SIGSEGV, top: 'overflow_stack', frames: 64, said: [/^own stack$/, /^masked 11 1 0x/] },
  own_abort_handler: { signal: SIGABRT, top: 'call_abort', said: [/^aborting$/] },
  own_terminate: { signal: SIGABRT, top: 'throw_uncaught', type: 'St13runtime_error', said: [/^terminated$/] },
  ignored_fault: { signal: SIGSEGV, top: 'write_null' },
  small_stack: { signal: SIGSEGV, top: 'overflow_stack', frames: 1 },
  module: { signal: SIGSEGV, top: 'write_null' },
  repair_then_crash: { signal: SIGFPE, top: 'divide_by_zero' },
  probe_then_crash: { signal: SIGFPE, top: 'divide_by_zero', said: probed },
  probe_then_thread: { signal: SIGFPE, top: 'divide_by_zero', said: probed, isOnThread: true },
  probe_deeper: { signal: SIGILL, top: 'run_undefined_instruction', said: probed, isOnThread: true },
  aborting_handler: { signal: SIGABRT, reported: SIGSEGV, top: 'write_null' },
  chained_to_itself: { signal: SIGSEGV, top: 'write_null' },
};

for (const [way, expected] of Object.entries(ways)) {
  test(`${way}: reported once, and the program ends as without us`, (t) => {
    const directory = makeDirectory(t);
    const report = join(directory, 'report');
    const plain = runWay(directory, way);
    const armed = runWay(directory, way, report);
    assert.deepEqual(plain.end, { status: -1, signal: expected.signal, core: plain.end.core });
    assert.deepEqual(armed.end, plain.end);
    for (const { said } of [plain, armed]) {
      assert.equal(said.length, expected.said?.length ?? 0);
      expected.said?.forEach((line, i) => assert.match(said[i], line));
    }
    if (pattern.startsWith('|') || pattern.includes('/')) {
      t.diagnostic(`cores go to ${pattern}: that there was one is compared, not what is in it`);
    } else {
      assert.ok(plain.end.core, 'cores are allowed here');
      // Which of two threads is first, and where the stack ends, is chance.
      if (way === 'two_threads') assert.equal(armed.core.instruction, plain.core.instruction);
      else if (/overflow|stack/.test(way)) assert.deepEqual(partOf(armed.core), partOf(plain.core));
      else assert.deepEqual(armed.core, plain.core);
    }

    assert.equal(statSync(report).mode & 0o777, 0o600);
    const properties = readReport(report);
    assert.equal(properties.signal, expected.reported ?? expected.signal);
    assert.deepEqual(properties.crash_id, [0x01234567, 0x89abcdef, 0x01234567, 0x89abcdef]);
    assert.equal(properties.exception_type, expected.type);
    assert.ok(properties.uptime_ms >= 0 && properties.uptime_ms < 30_000, `${properties.uptime_ms}`);
    if (typeof expected.top === 'string') assert.equal(topOf(properties), expected.top);
    else assert.match(topOf(properties), expected.top);
    if (expected.frames) assert.equal(properties.frames.length, expected.frames);
    else if (way !== 'two_threads' && !expected.isOnThread) assert.ok(hasMain(properties));
  });
}

test('a host that leaves its handler by siglongjmp goes on, at once, as often as it likes', (t) => {
  const directory = makeDirectory(t);
  const begin = Date.now();
  const { end, said } = runWay(directory, 'probe', join(directory, 'report'));
  assert.deepEqual(end, { status: 0, signal: 0, core: false });
  assert.deepEqual(said, Array(4).fill('not readable'));
  assert.ok(Date.now() - begin < 5_000, `${Date.now() - begin} ms`);
});

test('what the report says of a module is what the file says', (t) => {
  const directory = makeDirectory(t);
  const report = join(directory, 'report');
  runWay(directory, 'write_null', report);
  const { modules } = readReport(report);
  const hex = (words) => words.map((word) => word.toString(16).padStart(8, '0')).join('');
  const notes = String(execFileSync('readelf', ['--notes', program]));
  assert.equal(hex(modules.find(({ name }) => name === 'crash_program').build_id), /Build ID: (\w+)/.exec(notes)[1]);
});

test('the report has no text of the program, its place or its user', (t) => {
  const directory = makeDirectory(t);
  const report = join(directory, 'report');
  runWay(directory, 'exception', report);
  const texts = readFileSync(report, 'latin1').match(/[\x20-\x7e]{5,}/g);
  assert.ok(texts.some((text) => text.includes('St13runtime_error')));
  assert.ok(texts.some((text) => text.includes('crash_program')));
  for (const part of ['example.com', '/', process.env.HOME, process.env.PATH]) {
    assert.ok(!texts.some((text) => text.includes(part)), part);
  }
});

test('a report that was cut anywhere is read as far as it is whole', (t) => {
  const directory = makeDirectory(t);
  const report = join(directory, 'report');
  runWay(directory, 'abort', report);
  const whole = readReport(report);
  let frames = whole.frames.length;
  for (let size = statSync(report).size - 1; size >= 0; size -= 7) {
    truncateSync(report, size);
    let properties;
    try {
      properties = JSON.parse(execFileSync(program, ['read', report], { stdio: ['ignore', 'pipe', 'ignore'] }));
    } catch (error) {
      assert.equal(error.status, 1);
      assert.ok(size < 16 + 8 + 56, `not even the signal of ${size} bytes`);
      continue;
    }
    assert.equal(properties.signal, SIGABRT);
    assert.ok(properties.frames.length <= frames);
    frames = properties.frames.length;
  }
  assert.equal(frames, 0);
});

test('a program that does not crash leaves no file, nor does a handled fault, an ignored signal, a disarmed program or the crash of another module', (t) => {
  const directory = makeDirectory(t);
  for (const [way, said, status] of [
    ['none', [], 0],
    ['repair', ['repaired'], 0],
    ['ignored', ['lives'], 0],
    ['child', ['child crashed'], 0],
    ['disarmed', [], -1],
    ['other_module', [], -1],
  ]) {
    const { end, ...armed } = runWay(directory, way, join(directory, 'report'));
    assert.deepEqual([armed.said, end.status], [said, status], way);
    assert.deepEqual(readdirSync(directory), [], way);
  }
});

test('a child that arms reports for itself', (t) => {
  const directory = makeDirectory(t);
  const report = join(directory, 'report');
  runWay(directory, 'armed_child', report);
  const properties = readReport(`${report}.child`);
  assert.deepEqual(properties.crash_id, Array(4).fill(0xcccccccc));
  assert.equal(topOf(properties), 'call_abort');
  assert.ok(!existsSync(report));
});

test('a signal from outside is reported where it came to, and ends the program', async (t) => {
  const directory = makeDirectory(t);
  for (const [signal, number] of [
    ['SIGSEGV', SIGSEGV],
    ['SIGABRT', SIGABRT],
    ['SIGFPE', SIGFPE],
  ]) {
    const report = join(directory, signal);
    const child = spawn(program, ['wait', report], { cwd: directory });
    const ended = new Promise((done) => child.on('close', (status, by) => done({ status, by })));
    await new Promise((done) => child.stdout.once('data', done));
    child.kill(signal);
    assert.deepEqual(await ended, { status: null, by: signal });
    const properties = readReport(report);
    assert.equal(properties.signal, number);
    assert.equal(properties.code, 0); // SI_USER
    assert.ok(namesOf(properties).includes('wait_for_kill'));
  }
});

test('an existing file is not written over, and a symbolic link not followed', (t) => {
  const directory = makeDirectory(t);
  const report = join(directory, 'report');
  runWay(directory, 'write_null', report);
  const before = readFileSync(report);
  runWay(directory, 'abort', report);
  assert.deepEqual(readFileSync(report), before);
  execFileSync('ln', ['-s', join(directory, 'elsewhere'), join(directory, 'link')]);
  const { end } = runWay(directory, 'write_null', join(directory, 'link'));
  assert.equal(end.signal, SIGSEGV);
  assert.ok(!existsSync(join(directory, 'elsewhere')));
});

// All the other ways ran under the same watch.
test('the watch on allocation and locks in a handler would notice one', { skip: /san/.test(program) }, (t) => {
  const { end } = runWay(makeDirectory(t), 'allocate_in_handler', join(makeDirectory(t), 'report'));
  assert.deepEqual(end, { status: 99, signal: 0, core: false });
});
