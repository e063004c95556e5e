// The compiled plan of fifty events is at most 8 KB after brotli, as a browser loads it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';

import { here, makeFolder, programs } from './programs.mjs';

const most = 8 * 1024;

test('the compiled plan of the shop is small', async (t) => {
  const file = join(here, 'shop-plan.json');
  assert.equal(Object.keys(JSON.parse(readFileSync(file, 'utf8')).events).length, 50);
  const out = join(makeFolder(t), 'plan.bin');
  const { status, stderr } = await programs[0].run(['plan', 'compile', file, '-o', out]);
  assert.equal(status, 0, stderr);
  const bytes = readFileSync(out);
  const small = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  t.diagnostic(`${bytes.length} bytes, ${small} after brotli`);
  assert.ok(small <= most, `${small} bytes after brotli`);
});
