// `waymark plan generate` writes what the other tests check.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { binary, run } from '../../collector/collector_process.mjs';
import { here } from './workspace.mjs';

const plan = join(here, 'plans/shop.json');

function makeOutput(t) {
  const directory = mkdtempSync(join(tmpdir(), 'waymark-command-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'made/by/it');
}

const targets = [
  ['typescript', ['--lang', 'ts']],
  ['cpp', ['--lang', 'cpp']],
  ['python', ['--lang', 'python']],
  ['node', ['--lang', 'node']],
  ['go', ['--lang', 'go']],
  ...['python', 'node', 'go'].map((name) => [`${name}_ping`, ['--lang', name, '--profile', 'anonymous']]),
];

for (const [generated, options] of targets) {
  test(`${options.join(' ')} writes the files`, async (t) => {
    const output = makeOutput(t);
    const { stdout, status } = await run(['plan', 'generate', plan, ...options, '-o', output]);
    assert.equal(stdout, '');
    assert.equal(status, 0, binary);
    const golden = join(here, 'golden/shop', generated);
    const files = readdirSync(golden).map((file) => file.replace(/\.golden$/, ''));
    assert.deepEqual(readdirSync(output).sort(), files.sort());
    for (const file of files) {
      assert.ok(readFileSync(join(output, file)).equals(readFileSync(join(golden, `${file}.golden`))), file);
    }
  });
}

test('what cannot be generated is an error of one line, and leaves nothing behind', async (t) => {
  for (const options of [
    ['--lang', 'cpp', '--profile', 'anonymous'],
    ['--lang', 'go', '--package', 'func'],
    ['--lang', 'cobol'],
  ]) {
    const output = makeOutput(t);
    const { stderr, status } = await run(['plan', 'generate', plan, ...options, '-o', output]);
    assert.equal(status, 2, options.join(' '));
    assert.match(stderr, /^[^\n]+\n$/);
    assert.equal(existsSync(output), false);
  }
});
