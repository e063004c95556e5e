// The validator's recursion in Wasm, whose stack is 64 KiB: what is nested too deep breaks the rule `depth`, and the
// deepest that is followed leaves half of the stack free, whatever the schema, the value, or the bytes of the plan.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { ANALYTICS, CONFIG, NOW_MS, doors, openCore } from '../wasm/doors.mjs';
import { makeFolder, programs } from './programs.mjs';
import { runNatively } from './json_schema_suite.mjs';
import { stackBytes, stackUsed } from './wasm/stack.mjs';
import { openValidator } from './wasm/validator.mjs';

const depth = 96; // ValidatorLimits::usual_depth
const eventDepth = 8; // limits::depth
const mostUsed = stackBytes / 2;

const built = (name) => readFileSync(fileURLToPath(new URL(`../../build/wasm/${name}`, import.meta.url)));
const validatorModule = built('tests/plan/validator.wasm');
const trackModule = built('track.wasm');

const nested = (levels, open, close, inside = '') => open.repeat(levels) + inside + close.repeat(levels);
const lists = (levels, inside) => nested(levels, '[', ']', inside);
const objects = (levels, inside = '1') => nested(levels, '{"a":', '}', inside);

/** `links` schemas, of which each but the last leads to the next on the same value; `end` is what the last one says. */
function chain(links, link, end) {
  const $defs = {};
  for (let i = 0; i < links; ++i) $defs[`s${i}`] = i + 1 < links ? link({ $ref: `#/$defs/s${i + 1}` }, i) : end;
  return { $ref: '#/$defs/s0', $defs };
}

// What leads deeper by one level or more each time, with a text that is followed and one that is not.
const cases = {
  '$ref into items': [{ items: { $ref: '#' } }, lists(90), lists(depth + 1)],
  '$ref into members': [{ additionalProperties: { $ref: '#' } }, objects(90), objects(depth)],
  '$ref into named members': [{ properties: { a: { $ref: '#' } } }, objects(90), objects(depth)],
  'patterns for members': [{ patternProperties: { '^a': { $ref: '#' } } }, objects(90), objects(depth)],
  prefixes: [{ prefixItems: [{ $ref: '#' }] }, lists(90), lists(depth + 1)],
  contains: [{ contains: { type: ['array', 'number'], $ref: '#' } }, lists(40, '1'), lists(depth + 1, '1')],
  'not in items': [{ items: { not: { not: { $ref: '#' } } } }, lists(30), lists(depth)],
  'anyOf in items': [{ items: { anyOf: [{ $ref: '#' }] } }, lists(40), lists(depth)],
  'if in members': [
    { additionalProperties: { if: { $ref: '#' }, then: { maxProperties: 9 } } },
    objects(40),
    objects(depth),
  ],
  names: [{ propertyNames: { maxLength: 3 }, properties: { a: { $ref: '#' } } }, objects(90), objects(depth)],
  uniqueItems: [{ uniqueItems: true }, `[${lists(90)},${lists(90)}]`, `[${lists(depth)},1]`],
  'uniqueItems of objects': [{ uniqueItems: true }, `[${objects(90)},${objects(90)}]`, `[${objects(depth)},1]`],
};

const chains = {
  allOf: (next, i) => ({ allOf: [next], maxItems: 100 + i }),
  not: (next, i) => ({ not: { not: next }, maxItems: 100 + i }),
  anyOf: (next, i) => ({ anyOf: [next, { maxItems: 100 + i }] }),
  oneOf: (next) => ({ oneOf: [next, false] }),
  then: (next, i) => ({ if: { maxItems: 100 + i }, then: next }),
};

/** What native and Wasm validators say of texts, and the stack that Wasm used. */
function judge(t, schema, texts) {
  const file = join(makeFolder(t, { 'group.json': [{ schema, tests: texts.map((text) => ({ text, valid: true })) }] }));
  const [group] = runNatively('draft2020-12', 'assert', [join(file, 'group.json')]);
  assert.equal(group.errors, undefined);
  return group.tests.map(({ data, rules }) => {
    const validator = openValidator(validatorModule);
    const table = Buffer.from(group.table, 'hex');
    let rule;
    const used = stackUsed(validatorModule, validator.memory, () => (rule = validator.rule(table, data)));
    assert.equal(rule === validator.tooDeep, rules.includes('depth'), 'Wasm and native agree');
    assert.equal(rule === 0, rules.length === 0, 'Wasm and native agree');
    assert.ok(used <= mostUsed, `${used} B of stack`);
    return { rules, used };
  });
}

for (const [name, [schema, followed, tooDeep]] of Object.entries(cases)) {
  test(`values too deep for ${name} are refused with depth`, (t) => {
    const [good, bad] = judge(t, schema, [followed, tooDeep]);
    assert.ok(!good.rules.includes('depth'), String(good.rules));
    assert.deepEqual(bad.rules, ['depth']);
    t.diagnostic(`stack: ${good.used} B followed, ${bad.used} B refused`);
  });
}

const end = { const: JSON.parse(objects(eventDepth)), uniqueItems: true };

for (const [name, link] of Object.entries(chains)) {
  test(`chains of ${name} are followed as far as they end in time, and else refused with depth`, (t) => {
    const [good] = judge(t, chain(40, link, end), [objects(eventDepth)]);
    assert.deepEqual(good.rules, []);
    const [bad] = judge(t, chain(2 * depth, link, end), [objects(eventDepth)]);
    assert.deepEqual(bad.rules, ['depth']);
    t.diagnostic(`stack: ${good.used} B followed, ${bad.used} B refused`);
  });
}

// ---- through waymark_track ---------------------------------------------------------------------------------------

const command = programs.find(({ name }) => name === 'native').command;

/** The compiled plan with one event, whose properties a schema describes; null if the compiler refuses it. */
function compile(t, properties, $defs = {}) {
  const plan = { name: 'deep', version: 1, mode: 'reject', events: { thing_done: { properties } }, $defs };
  const folder = makeFolder(t, { 'plan.json': plan });
  const output = join(folder, 'plan.bin');
  try {
    execFileSync(command, ['plan', 'compile', join(folder, 'plan.json'), '-o', output], { stdio: 'pipe' });
  } catch (error) {
    assert.match(String(error.stderr), /more often than can be followed/);
    return null;
  }
  return readFileSync(output);
}

/** What the core says of an event, and the stack that it used. */
async function track(door, plan, properties) {
  const core = await openCore(door);
  core.seed();
  assert.equal(core.exports.waymark_plan(core.put(plan)), 0);
  core.start(NOW_MS, CONFIG);
  let verdict;
  const used = stackUsed(trackModule, core.exports.memory, () => {
    ({ verdict } = core.track(NOW_MS, ANALYTICS, `thing_done\n${properties}`));
  });
  return { verdict, explanation: core.explain(), used };
}

const accepted = 0;
const invalid = 4;

for (const door of doors) {
  test(`${door}: the longest chains that a plan may have leave half of the stack`, async (t) => {
    for (const [name, link] of Object.entries(chains)) {
      let links = depth;
      let plan = null;
      for (; plan === null; --links) {
        const { $ref, $defs } = chain(links, link, end);
        plan = compile(t, { $ref }, $defs);
      }
      assert.ok(links >= 28, `${name}: ${links}`);
      const { verdict, explanation, used } = await track(door, plan, objects(eventDepth));
      assert.equal(verdict, accepted, `${name}: ${explanation}`);
      assert.ok(used <= mostUsed, `${name}: ${used} B of stack`);
      t.diagnostic(`${name}: ${links + 1} links, ${used} B of stack`);
    }
  });
}

// ---- what no compiler wrote ----------------------------------------------------------------------------------------

// Rules of core/plan/node_table.hpp.
const rules = { all: 4, branch: 5, anyItems: 18, contained: 162, members: 210, additionalProperties: 200 };

/** The plan with words changed by `change(rule, place)`, which gives the new word or nothing, and sound again. */
function tampered(plan, change) {
  const bytes = Uint8Array.from(plan);
  const view = new DataView(bytes.buffer);
  let changes = 0;
  for (let place = 0; place < view.getUint32(8, true); ++place) {
    const at = 16 + place * 4;
    const word = change(view.getUint32(at, true) & 255, place, view.getUint32(at, true) >>> 8);
    if (word === undefined) continue;
    view.setUint32(at, word, true);
    ++changes;
  }
  assert.ok(changes > 0, 'something is changed');
  let hash = 2166136261;
  for (const byte of bytes.subarray(8)) hash = Math.imul(hash ^ byte, 16777619);
  view.setUint32(4, hash, true);
  return bytes;
}

const hostile = {
  'a node that holds itself': [
    { allOf: [{ minProperties: 0, maxProperties: 9 }, { maxProperties: 8 }] },
    (rule, place) => (rule === rules.all ? rules.all | (place << 8) : undefined),
    '{}',
  ],
  'a node that counts itself': [
    { not: { maxProperties: 8 } },
    (rule, place) => (rule === rules.branch ? rules.branch | (place << 8) : undefined),
    '{}',
  ],
  // Goes into a string as if it were lists, looks each up as if it were a name, and asks what it contains.
  'items of what has none': [
    { properties: { z: {} }, additionalProperties: { $ref: '#' } },
    (rule, place, operand) => {
      if (rule === rules.members) return rules.anyItems | (operand << 8);
      return rule === rules.additionalProperties ? rules.contained | (operand << 8) : undefined;
    },
    JSON.stringify({ a: '['.repeat(2000) }),
  ],
};

for (const door of doors) {
  test(`${door}: plans that no compiler wrote are followed no further`, async (t) => {
    for (const [name, [schema, change, properties]] of Object.entries(hostile)) {
      const plan = tampered(compile(t, schema), change);
      const { verdict, explanation, used } = await track(door, plan, properties);
      assert.equal(verdict, invalid, name);
      assert.match(explanation, /^plan_violation.*: depth$/, name);
      assert.ok(used <= mostUsed, `${name}: ${used} B of stack`);
      t.diagnostic(`${name}: ${used} B of stack`);
    }
  });
}
