// Opted out, refused, or not asked: no file, no directory, no socket, no thread. And with a collector that is dead the
// program ends as if there were none, but for the deadline.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemCallsOf } from './system_calls.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const greet = resolve(process.env.WAYMARK_GREET ?? join(root, 'build/release/examples/greet/greet'));

const EXIT_DEADLINE_MS = 100;
// Of starting and ending a thread, and of a machine where other tests run.
const MARGIN_MS = 100;
const RUNS = 20;

const environmentOf = (home, more = {}) => ({
  PATH: process.env.PATH,
  HOME: home,
  TERM: 'xterm',
  GREET_ENDPOINT: 'http://127.0.0.1:9',
  ...more,
});

function makeHome(t) {
  const home = mkdtempSync(join(tmpdir(), 'waymark-'));
  t.after(() => rmSync(home, { recursive: true }));
  return home;
}

function telemetry(home, word, more) {
  const { status, stdout, stderr } = spawnSync(greet, ['telemetry', word], {
    env: environmentOf(home, more),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
}

/** Every file and directory with what changes when it does. */
const treeOf = (directory) =>
  ['.', ...readdirSync(directory, { recursive: true })].sort().map((name) => {
    const { ino, mode, size, mtimeNs, ctimeNs } = lstatSync(join(directory, name), { bigint: true });
    return [name, ino, mode, size, mtimeNs, ctimeNs].join(' ');
  });

const consentFile = (home) => join(home, '.local/state/greet/telemetry/consent.json');

const QUIET = [
  { name: 'DO_NOT_TRACK, though it was granted', before: 'on', env: { DO_NOT_TRACK: '1' } },
  { name: 'its own variable, though it was granted', before: 'on', env: { GREET_NO_TELEMETRY: '1' } },
  { name: 'CI, though it was granted', before: 'on', env: { CI: '1' } },
  { name: 'DO_NOT_TRACK in an empty home', env: { DO_NOT_TRACK: '1' } },
  { name: 'refused', before: 'off', readsConsent: true },
  { name: 'never asked, without a terminal', readsConsent: true },
  { name: 'never asked, and perhaps CI', env: { BUILD_NUMBER: '7' }, readsConsent: true },
];

for (const { name, before, env, readsConsent } of QUIET) {
  test(`silent: ${name}`, (t) => {
    const home = makeHome(t);
    const work = makeHome(t);
    if (before) telemetry(home, before);
    const tree = treeOf(home);
    const seen = systemCallsOf(work, greet, ['Ada'], environmentOf(home, env));
    assert.deepEqual(
      { status: seen.status, stdout: seen.stdout, stderr: seen.stderr },
      { status: 0, stdout: 'Hello, Ada!\n', stderr: '' },
    );
    assert.deepEqual(seen.findings, { file: [], directory: [], socket: [], thread: [] });
    assert.deepEqual(seen.paths, readsConsent ? [consentFile(home)] : []);
    assert.deepEqual(treeOf(home), tree);
  });
}

// Only root can make a program that runs as another user.
if (process.getuid() === 0) {
  test('silent: with the rights of another user, though that one agreed', (t) => {
    const home = makeHome(t);
    const other = 65534;
    telemetry(home, 'on');
    for (const name of ['.', ...readdirSync(home, { recursive: true })]) chownSync(join(home, name), other, other);
    const program = join(makeHome(t), 'greet');
    copyFileSync(greet, program);
    chmodSync(join(program, '..'), 0o755);
    chownSync(program, other, other);
    chmodSync(program, 0o4755);
    const tree = treeOf(home);
    // A program that is traced has no rights but its caller's: only what it leaves can be watched.
    const env = environmentOf(home);
    assert.equal(spawnSync(program, ['Ada'], { env, encoding: 'utf8' }).stdout, 'Hello, Ada!\n');
    const { stdout } = spawnSync(program, ['telemetry'], { env, encoding: 'utf8' });
    assert.match(stdout, /^telemetry: off: its files cannot be used\ndetail: .*rights of another user/);
    assert.deepEqual(treeOf(home), tree);
    // Its owner, who agreed, is heard.
    const asOwner = spawnSync(program, ['telemetry'], { env, encoding: 'utf8', uid: other, gid: other });
    assert.match(asOwner.stdout, /^telemetry: on\n/);
  });
}

test('the same eyes see a run that was granted', (t) => {
  const home = makeHome(t);
  telemetry(home, 'on');
  // What the first run makes is still to be made.
  for (const name of readdirSync(join(home, '.local/state/greet/telemetry'))) {
    if (name !== 'consent.json') rmSync(join(home, '.local/state/greet/telemetry', name), { recursive: true });
  }
  const tree = treeOf(home);
  const { status, findings, paths } = systemCallsOf(makeHome(t), greet, ['Ada'], environmentOf(home));
  assert.equal(status, 0);
  for (const [kind, lines] of Object.entries(findings)) assert.notEqual(lines.length, 0, `${kind} was not seen`);
  assert.ok(findings.socket.some((line) => /connect\(.*htons\(9\)/.test(line)));
  assert.ok(paths.includes(consentFile(home)));
  assert.notDeepEqual(treeOf(home), tree);
});

const medianOf = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const runMs = (env) =>
  new Promise((done, fail) => {
    const began = process.hrtime.bigint();
    const child = spawn(greet, ['Ada'], { env, stdio: 'ignore' });
    child.on('error', fail);
    child.on('exit', (code) =>
      code === 0 ? done(Number(process.hrtime.bigint() - began) / 1e6) : fail(new Error(`greet ended with ${code}`)),
    );
  });

/** By turns, so that what else the machine does falls on both. */
async function timesOf(home, more) {
  telemetry(home, 'on', more);
  const times = { off: [], on: [] };
  for (let run = 0; run < RUNS; ++run) {
    times.off.push(await runMs(environmentOf(home, { ...more, DO_NOT_TRACK: '1' })));
    times.on.push(await runMs(environmentOf(home, more)));
  }
  return times;
}

function assertExitIsPrompt(t, { off, on }) {
  const [without, delayed] = [medianOf(off), medianOf(on)];
  t.diagnostic(`median of ${on.length}: ${without.toFixed(1)} ms off, ${delayed.toFixed(1)} ms on`);
  assert.ok(delayed - without <= EXIT_DEADLINE_MS + MARGIN_MS, `delayed by ${delayed - without} ms`);
}

const portOf = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const closed = (server) => new Promise((done) => server.close(done));

test('the exit is prompt: nobody listens', async (t) => {
  const server = createServer();
  const port = await portOf(server);
  await closed(server);
  assertExitIsPrompt(t, await timesOf(makeHome(t), { GREET_ENDPOINT: `http://127.0.0.1:${port}` }));
});

test('the exit is prompt: the collector takes the connection and never answers', async (t) => {
  const sockets = new Set();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.once('data', () => (requests += 1));
  });
  const port = await portOf(server);
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await closed(server);
  });
  assertExitIsPrompt(t, await timesOf(makeHome(t), { GREET_ENDPOINT: `http://127.0.0.1:${port}` }));
  assert.ok(requests >= RUNS, `only ${requests} requests came`);
});

test('the exit is prompt: the collector is a black hole', async (t) => {
  // A full backlog: Linux drops what else would connect.
  const program = `
import socket, sys
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen(0)
waiting = []
while True:
    one = socket.socket()
    one.settimeout(0.3)
    waiting.append(one)
    try:
        one.connect(listener.getsockname())
    except TimeoutError:
        break
print(listener.getsockname()[1], flush=True)
sys.stdin.read()`;
  const hole = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => hole.stdin.end());
  const port = await new Promise((done, fail) => {
    hole.on('error', fail);
    hole.on('exit', (code) => fail(new Error(`python3 ended with ${code}`)));
    hole.stdout.once('data', (text) => done(Number(text)));
  });
  const home = makeHome(t);
  const GREET_ENDPOINT = `http://127.0.0.1:${port}`;
  assertExitIsPrompt(t, await timesOf(home, { GREET_ENDPOINT }));
  const { findings } = systemCallsOf(makeHome(t), greet, ['Ada'], environmentOf(home, { GREET_ENDPOINT }));
  assert.ok(findings.socket.some((line) => line.includes(`htons(${port})`) && line.includes('EINPROGRESS')));
});

test('the exit is prompt: the name server never answers', (t) => {
  const home = makeHome(t);
  const more = { GREET_ENDPOINT: 'https://collect.example.com' };
  telemetry(home, 'on', more);
  const script = fileURLToPath(new URL('hanging_name.py', import.meta.url));
  const inside = ['python3', script, join(home, 'resolv.conf'), `${RUNS}`, greet, 'Ada'];
  const { status, stdout, stderr } = spawnSync('unshare', ['--map-root-user', '--mount', '--net', ...inside], {
    env: environmentOf(home, more),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const { queries, ...times } = JSON.parse(stdout);
  assertExitIsPrompt(t, times);
  assert.ok(queries >= RUNS, `only ${queries} names were asked for`);
});
