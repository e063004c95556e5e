// Symbols at the collector: what is taken, what is refused, what is kept of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve, dirname } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { makeDirectory, post, run, startCollector } from './collector_process.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = resolve(root, process.env.WAYMARK_CRASH_PROGRAM ?? 'build/release/tests/client/crash_program');
const args = ['--read-key', 'secret'];
const headers = { authorization: 'Bearer secret' };
const id = '00112233445566778899aabbccddeeff00112233';
const words = id.match(/.{8}/g).map((word) => parseInt(word, 16));

const send = (url, text) => post(url, gzipSync(text), { path: '/api/symbols', headers });
const upload = (url, file, ...more) => run(['symbols', 'upload', file, '--endpoint', url, ...more]);
const sqlite = (data, sql) => String(execFileSync('sqlite3', [join(data, 'events.db'), sql])).trim();

/** The names that offsets of the build `id` have. */
async function namesOf(url, offsets) {
  const frames = offsets.map((offset) => [0, offset]);
  const properties = { signal: 11, modules: [{ name: 'app', build_id: words }], frames };
  await post(url, { events: [{ event_name: 'crash_reported', properties }] });
  const { crashes } = await (await fetch(`${url}/api/crashes?limit=100`, { headers })).json();
  return crashes[0].frames.map((name) => name.slice(3));
}

test('an offset has the name of the function that it lies in', async (t) => {
  const { url } = await startCollector(t, { args });
  const text = `waymark symbols 1 ${id} 1 1 app\n100 10 first\n110 8 _ZN3app6secondEv\n200 0 third\n300 10 last\n`;
  assert.deepEqual((await send(url, text)).answer, { symbols: 4 });
  assert.deepEqual(
    await namesOf(url, [0xff, 0x100, 0x10f, 0x110, 0x117, 0x118, 0x200, 0x2ff, 0x300, 0x30f, 0x310]),
    [
      '+0xff',
      '!first',
      '!first',
      '!app::second()',
      '!app::second()',
      '+0x118',
      '!third',
      '!third',
      '!last',
      '!last',
    ].concat('+0x310'),
  );
});

test('many symbols in several parts are found, and a later upload replaces them', async (t) => {
  const { url, data } = await startCollector(t, { args });
  const line = (i) => `${(0x1000 + i * 16).toString(16)} 10 function_number_${i}\n`;
  const half = 20_000;
  for (const part of [1, 2]) {
    const lines = Array.from({ length: half }, (_, i) => line((part - 1) * half + i)).join('');
    assert.equal((await send(url, `waymark symbols 1 ${id} ${part} 2 app\n${lines}`)).answer.symbols, half);
  }
  assert.ok(Number(sqlite(data, 'SELECT max(bytes) FROM symbols')) < 70_000);
  const places = [0, 1, 2999, 19_999, 20_000, 20_001, 39_999];
  assert.deepEqual(
    await namesOf(
      url,
      places.map((i) => 0x1000 + i * 16 + 3),
    ),
    places.map((i) => `!function_number_${i}`),
  );
  await send(url, `waymark symbols 1 ${id.toUpperCase()} 1 1 app\n1000 8 only\n`);
  assert.equal(sqlite(data, 'SELECT count(*) FROM symbols'), '1');
});

test('what a stripped file exports does not replace the functions of the whole one, which replace it', async (t) => {
  const { url, data } = await startCollector(t, { args });
  const [exported, whole] = [`waymark symbols 1 ${id} 1 1 app exported\n`, `waymark symbols 1 ${id} 1 1 app\n`];
  const origin = () => sqlite(data, 'SELECT DISTINCT module FROM symbols');
  assert.deepEqual((await send(url, `${exported}100 0 first\n`)).answer, { symbols: 1 });
  assert.equal(origin(), 'app exported');
  assert.deepEqual((await send(url, `${exported}100 0 second\n`)).answer, { symbols: 1 });
  assert.deepEqual(await namesOf(url, [0x210]), ['!second']);
  assert.deepEqual((await send(url, `${whole}100 10 third\n200 20 fourth\n`)).answer, { symbols: 2 });
  assert.deepEqual((await send(url, `${exported}100 0 fifth\n`)).answer, { symbols: 0, kept: true });
  assert.equal(origin(), 'app');
  assert.deepEqual(await namesOf(url, [0x104, 0x210]), ['!third', '!fourth']);
});

test('an anonymous crash has the name of the file that exported functions came from', async (t) => {
  const { url } = await startCollector(t, { args });
  await send(url, `waymark symbols 1 ${id} 1 1 app exported\n100 0 first\n`);
  const properties = { signal: 11, modules: [{ name: '[personal]', build_id: words }], frames: [[0, 0x110]] };
  await post(url, { events: [{ event_name: 'crash_reported', properties }] });
  const { crashes } = await (await fetch(`${url}/api/crashes`, { headers })).json();
  assert.equal(crashes[0].top, 'app!first');
});

test('what is no list of symbols is refused with its line', async (t) => {
  const { url, data } = await startCollector(t, { args });
  const good = `waymark symbols 1 ${id} 1 1 app\n`;
  const bad = {
    '': 1,
    'waymark symbols 2 00 1 1 app\n1 1 a\n': 1,
    [`waymark symbols 1 ${id} 2 1 app\n1 1 a\n`]: 1,
    [`waymark symbols 1 ${id} 0 1 app\n1 1 a\n`]: 1,
    [`waymark symbols 1 ${id} 1 65 app\n1 1 a\n`]: 1,
    [`waymark symbols 1 xyz 1 1 app\n1 1 a\n`]: 1,
    [`waymark symbols 1 ${'0'.repeat(130)} 1 1 app\n1 1 a\n`]: 1,
    [`waymark symbols 1 ${id} 1 1 two words\n1 1 a\n`]: 1,
    [`waymark symbols 1 ${id} 1 1 app exported twice\n1 1 a\n`]: 1,
    [`waymark symbols 1 ${id} 1 1 app \n1 1 a\n`]: 1,
    [good]: 2,
    [`${good}1 1 a\n1 1 b\n`]: 3,
    [`${good}2 1 a\n1 1 b\n`]: 3,
    [`${good}1 1 a\n\n`]: 3,
    [`${good}1 1\n`]: 2,
    [`${good}g 1 a\n`]: 2,
    [`${good}-1 1 a\n`]: 2,
    [`${good}8000000000000000 1 a\n`]: 2,
    [`${good}1 1 a b\n`]: 2,
    [`${good}1 1 a\u0001\n`]: 2,
    [`${good}1 1 ${'a'.repeat(4097)}\n`]: 2,
  };
  for (const [text, line] of Object.entries(bad)) {
    const { status, answer } = await send(url, text);
    assert.equal(status, 400, text);
    assert.equal(answer.error, 'bad_symbols');
    assert.match(answer.message, new RegExp(`^line ${line} `), text);
  }
  assert.equal(sqlite(data, 'SELECT count(*) FROM symbols'), '0');
});

test('symbols are taken from who has the read key alone, and from nobody where there is none', async (t) => {
  const text = `waymark symbols 1 ${id} 1 1 app\n1 1 a\n`;
  const closed = await startCollector(t, { args: [...args, '--write-key', 'demo'] });
  const open = await startCollector(t);
  for (const key of ['demo', 'wrong', '']) {
    const sent = await post(closed.url, text, { path: '/api/symbols', headers: { authorization: `Bearer ${key}` } });
    assert.deepEqual([sent.status, sent.answer.error], [401, 'bad_read_key']);
  }
  const sent = await post(open.url, text, { path: '/api/symbols' });
  assert.deepEqual([sent.status, sent.answer.error], [403, 'no_read_key']);
  assert.equal((await fetch(`${closed.url}/api/symbols`, { headers })).status, 405);
});

test('the command uploads what nm shows, and says what is at fault', async (t) => {
  const { url, data } = await startCollector(t, { args });
  const directory = makeDirectory(t);
  const keyFile = join(directory, 'key');
  writeFileSync(keyFile, '# the read key\nsecret\n');
  const done = await upload(url, program, '--key-file', keyFile);
  assert.deepEqual([done.status, done.stderr], [0, '']);
  const lines = sqlite(data, 'SELECT lines FROM symbols ORDER BY first_address').split('\n').filter(Boolean);
  const kept = new Map(lines.map((line) => [parseInt(line, 16), line.split(' ').slice(1)]));
  const shown = String(execFileSync('nm', ['--defined-only', '--print-size', program]))
    .split('\n')
    .map((line) => /^(\w+) (\w+) [tTwWi] (\S+)$/.exec(line))
    .filter(Boolean);
  assert.ok(shown.length > 50);
  for (const [, address, size] of shown) {
    assert.equal(parseInt(kept.get(parseInt(address, 16))[0], 16), parseInt(size, 16));
  }
  assert.ok(shown.some(([, address, , name]) => name === 'write_null' && kept.get(parseInt(address, 16))[1] === name));

  const stripped = join(directory, 'stripped');
  execFileSync('strip', ['-o', stripped, program]);
  const warned = await upload(url, stripped, '--key', 'secret');
  assert.equal(warned.status, 0);
  assert.match(warned.stderr, /stripped: warning: it was stripped/);
  assert.match(warned.stdout, /stripped: not taken; the collector keeps the functions of the whole file of build/);

  // A debug file has the table and the build id, and nothing else.
  const debug = join(directory, 'program.debug');
  execFileSync('objcopy', ['--only-keep-debug', program, debug]);
  assert.equal((await upload(url, debug, '--key', 'secret')).stdout.split(': ')[1], done.stdout.split(': ')[1]);

  const text = join(directory, 'text');
  writeFileSync(text, 'no program');
  const cut = join(directory, 'cut');
  copyFileSync(program, cut);
  truncateSync(cut, 5000);
  const plain = join(directory, 'plain');
  execFileSync('objcopy', ['--remove-section=.note.gnu.build-id', program, plain]);
  for (const [file, status, words] of [
    [text, 1, /text: it is no ELF file; name the program/],
    [cut, 1, /cut: it has no build id/],
    [plain, 1, /plain: it has no build id; link it with -Wl,--build-id/],
    [directory, 2, /cannot be read/],
    [join(directory, 'none'), 2, /none: it cannot be read/],
  ]) {
    const failed = await upload(url, file, '--key', 'secret');
    assert.deepEqual([failed.status, failed.stdout], [status, ''], file);
    assert.match(failed.stderr, words);
    assert.equal(failed.stderr.split('\n').length, 2);
  }
  assert.match((await upload(url, program, '--key', 'wrong')).stderr, /answered 401 .*bad_read_key/);
  assert.equal((await upload('http://example.com', program, '--key', 'secret')).status, 2);
  assert.equal((await upload('http://127.0.0.1@example.com', program, '--key', 'secret')).status, 2);
  assert.equal((await upload(url, program)).status, 2);
  assert.match((await upload('http://127.0.0.1:9', program, '--key', 'secret')).stderr, /is the collector running/);
});
