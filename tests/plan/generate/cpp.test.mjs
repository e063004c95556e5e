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

test('each wrong use is refused for its reason, and no other', async (t) => {
  const cwd = makeWorkspace(t, 'shop/cpp', { 'wrong.cpp': 'wrong.cpp' });
  // The comment above a line says what is expected of it and of those after it.
  const expected = [];
  let comment = 'right';
  for (const line of readFileSync(join(cwd, 'wrong.cpp'), 'utf8').split('\n')) {
    comment = /^ *\/\/ (.*)/.exec(line)?.[1] ?? comment;
    expected.push(comment);
  }
  const wrong = new Set(expected.filter((text) => text.startsWith('wrong: ')));
  assert.ok(wrong.size >= 18);
  const { stderr } = await run('g++', [...flags, '-fsyntax-only', '-fmax-errors=0', 'wrong.cpp'], { cwd });
  const found = [...stderr.matchAll(/^([^:\n]+):(\d+):\d+: error: (.*)/gm)];
  for (const [whole, file, line] of found) {
    assert.ok(file === 'wrong.cpp' && wrong.has(expected[line - 1]), whole);
  }
  for (const what of wrong) {
    const messages = found.filter(([, , line]) => expected[line - 1] === what).map(([, , , message]) => message);
    assert.ok(messages.join('\n').includes(what.split(': ').at(-1)), `${what}: ${messages.join(', ') || 'no error'}`);
  }
});
