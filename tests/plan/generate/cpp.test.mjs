// track.hpp under g++: what is right compiles without a warning and writes the JSON it should, each wrong use fails.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { makeWorkspace, root, run } from './workspace.mjs';

const flags = ['-std=c++20', '-Wall', '-Wextra', '-Wpedantic', '-Werror', `-I${root}`];

test('events become the JSON of their properties', async (t) => {
  const cwd = makeWorkspace(t, 'shop/cpp', { 'good.cpp': 'good.cpp' });
  const compiled = await run('g++', [...flags, 'good.cpp', '-o', 'good'], { cwd });
  assert.equal(compiled.stderr, '');
  assert.equal(compiled.status, 0);
  const { stdout, status } = await run('./good', [], { cwd });
  assert.equal(status, 0);
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    'checkout_completed {"order_id":"a\\"\\\\\\u000a\\u0001 é","order_value":149.99,"currency":"EUR"} 2',
    'checkout_completed {"order_id":"ord_1","order_value":3,"currency":"USD","item_count":5,"is_gift":true,' +
      '"coupon":null,"payment":"wallet","items":[{"sku":"s","price":0.1,"options":{"size":"XL","b":""}},' +
      '{"sku":"t","price":-1e+300}],"shipping":{"country":"DE","days":2},"note":[1,{}]} 0',
    'checkout_completed {"order_id":"","order_value":null,"currency":"GBP","coupon":"c"} 0',
    'product_viewed {"product_id":"p","size":[1.5,2],"rating":5} 0',
    'product_viewed {"product_id":7,"category":{"title":"a","inside":[{"title":"b"}],"parent":{"title":"c"}}} 0',
    'cart_emptied {} 0',
    'app_crashed {} 0',
    '{"plan":"paid","seats":-9223372036854775808}',
    'functional',
  ]);
});

test('clang takes the same', async (t) => {
  const cwd = makeWorkspace(t, 'shop/cpp', { 'good.cpp': 'good.cpp' });
  const { stderr, status } = await run('clang++', [...flags, '-fsyntax-only', 'good.cpp'], { cwd });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

test("the core's tracker is a sink", async (t) => {
  const cwd = makeWorkspace(t, 'shop/cpp', { 'core_tracker.cpp': 'core_tracker.cpp' });
  const { stderr, status } = await run('g++', [...flags, '-fsyntax-only', 'core_tracker.cpp'], { cwd });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

for (const plan of ['tiny', 'nasty']) {
  test(`the header of the plan ${plan} compiles in two files of a program`, async (t) => {
    const cwd = makeWorkspace(t, `${plan}/cpp`, {});
    const include = '#include "track.hpp"\n#include "track.hpp"\n';
    for (const [file, input] of [
      ['one.o', include],
      ['main.o', `${include}int main() { return 0; }\n`],
    ]) {
      const { stderr, status } = await run('g++', [...flags, '-I.', '-x', 'c++', '-c', '-', '-o', file], {
        cwd,
        input,
      });
      assert.equal(stderr, '');
      assert.equal(status, 0);
    }
    assert.equal((await run('g++', ['one.o', 'main.o'], { cwd })).status, 0);
  });
}

const source = readFileSync(
  join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'cases/wrong.cpp'),
  'utf8',
);
const cases = [...source.matchAll(/CASE == (\d+) +\/\/ (.*)/g)].map(([, number, what]) => [Number(number), what]);

test('each wrong use is refused for its reason', async (t) => {
  const cwd = makeWorkspace(t, 'shop/cpp', { 'wrong.cpp': 'wrong.cpp' });
  assert.ok(cases.length >= 19);
  for (const [number, what] of cases) {
    const { stderr, status } = await run('g++', [...flags, '-fsyntax-only', `-DCASE=${number}`, 'wrong.cpp'], { cwd });
    const reason = what.split(': ')[1];
    assert.equal(status === 0, number === 0, `case ${number}, ${what}: ${stderr}`);
    if (reason) assert.ok(stderr.includes(reason), `case ${number}, ${what}: ${stderr}`);
  }
});
