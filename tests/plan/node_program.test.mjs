// The program for Node does as the native one does, byte for byte.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { bothPrograms, here, makeFolder } from './programs.mjs';

const shop = join(here, 'shop-plan.json');
const [native, node] = bothPrograms;

/** Runs both; what they print and how they end must be alike. Returns the status. */
async function compare(args, input) {
  const [one, other] = await Promise.all([native.run(args, input), node.run(args, input)]);
  const what = args.join(' ');
  assert.equal(other.status, one.status, `${what}: ${other.stderr}`);
  assert.equal(other.stderr, one.stderr, what);
  assert.ok(other.bytes.equals(one.bytes), what);
  return one.status;
}

test('plans are checked, compiled, documented and exported alike', async () => {
  for (const args of [
    ['check', shop],
    ['check', '--format', 'json', shop],
    ['compile', shop],
    ['compile', '--format', 'module', shop],
    ['diff', shop, join(here, 'generate/plans/shop.json')],
    ['docs', shop],
    ['docs', '--format', 'html', shop],
    ['export', shop],
    ['schema'],
  ]) {
    assert.equal(await compare(['plan', ...args]), args[0] === 'diff' ? 1 : 0, args.join(' '));
  }
});

test('errors are alike', async () => {
  for (const args of [
    ['plan', 'check'],
    ['plan', 'check', here],
    ['plan', 'check', join(here, 'broken/pattern_unbalanced.json')],
    ['plan', 'check', join(here, 'broken/not_utf8.json')],
    ['plan', 'compile', shop, '-o', join(here, 'no/such/folder')],
    ['validate', '--plan', shop, '--schema', shop],
  ]) {
    assert.equal(await compare(args), 2, args.join(' '));
  }
});

test('generated files are alike', async (t) => {
  const folders = [makeFolder(t), makeFolder(t)];
  for (const language of ['ts', 'cpp', 'python', 'node', 'go']) {
    const args = ['plan', 'generate', '--lang', language, shop, '-o'];
    const [one, other] = await Promise.all([native.run([...args, folders[0]]), node.run([...args, folders[1]])]);
    assert.deepEqual([one.status, other.status], [0, 0], language);
  }
  const names = readdirSync(folders[0]).sort();
  assert.deepEqual(readdirSync(folders[1]).sort(), names);
  assert.equal(names.length, 6);
  for (const name of names) {
    const [one, other] = folders.map((folder) => readFileSync(join(folder, name)));
    assert.ok(one.equals(other), name);
  }
});

test('a large input is judged alike', async (t) => {
  const schema = { properties: { n: { multipleOf: 0.01, maximum: 900 }, s: { pattern: '^a+$', maxLength: 5 } } };
  const file = join(makeFolder(t, { 'schema.json': schema }), 'schema.json');
  const line = (i) => (i % 7 === 0 ? '{"n":1,' : `{"n":${i % 1000}.0${i % 10},"s":"${'aé'.repeat(i % 4)}"}`);
  const lines = Array.from({ length: 50_000 }, (_, i) => line(i)).join('\n');
  assert.equal(await compare(['validate', '--schema', file], lines), 1);
  const event = (i) => JSON.stringify({ event_name: i % 2 ? 'product_viewed' : 'nothing', properties: { sku: i } });
  assert.equal(
    await compare(['validate', '--plan', shop], Array.from({ length: 5000 }, (_, i) => event(i)).join('\n')),
    1,
  );
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919 + ((i * i) >> 3)) & 255));
  assert.equal(await compare(['validate', '--schema', file], bytes), 1);
});
