// The validator against ajv: random schemas, random values, no difference. SCHEMA_SEED names another random sequence,
// SCHEMA_COUNT how many schemas a dialect. Left out of the schemas is what ajv decides otherwise than the standard, or by
// doubles: siblings of `$ref` in draft 7, multiples of other than binary fractions, multiples beyond 2^53, the empty
// name in `required`, `contains` beside schemas of single items (an empty array keeps it, says ajv).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

import Ajv7 from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { runNatively } from './json_schema_suite.mjs';

const seed = Number(process.env.SCHEMA_SEED ?? 1);
const schemaCount = Number(process.env.SCHEMA_COUNT ?? 1000);
const valuesPerSchema = 12;

// Mulberry32 (Ettinger, public domain).
const randomFrom = (start) => {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

const names = ['a', 'b', 'c', 'ab', 'é', 'a/b', 'x~y', '', 'a"b', '\u{1f600}'];
const patterns = ['^a', 'b$', '^[a-c]*$', '[0-9]{2,}', '^.{2}$', 'é|x', '^(ab|a)+$', '\\p{L}', '^\\S*$', 'a.*b'];
const strings = [
  '',
  'a',
  'b',
  'ab',
  'abab',
  'é',
  '\u{1f600}',
  'a b',
  '12',
  '007',
  'a"b\\',
  'line\nend',
  '\u2028',
  'x'.repeat(12),
];
const numbers = [
  0, -0, 1, 2, 3, 7, 10, -1, -5, 0.5, 1.5, -2.25, 100, 1e3, 1e15, 1e-7, 12345678, 0.1, 0.3, 9007199254740991,
  -9007199254740991,
];
const formatted = {
  date: ['2024-02-29', '2023-02-29', '2024-13-01'],
  'date-time': ['2024-11-14T10:23:45Z', '2024-11-14T10:23:45.123+01:00', '2024-11-14', '2024-11-14T25:00:00Z'],
  email: ['a@example.com', 'a.b@example.org', 'a', '@example.com', 'a@'],
  ipv4: ['127.0.0.1', '256.0.0.1', '1.2.3', '01.2.3.4'],
  uuid: ['0b0cf4b4-7a3a-4c77-8a5f-0f2f6d7a9a11', '0b0cf4b4-7a3a-4c77-8a5f', 'x'],
  uri: ['https://example.com/a?b#c', 'urn:a:b', '/a', 'a b'],
};
const formatNames = Object.keys(formatted);
const formatTexts = Object.values(formatted).flat();
const types = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

class Generator {
  constructor(start, isLater) {
    this.random = randomFrom(start);
    this.isLater = isLater;
    this.refs = isLater ? '#/$defs/' : '#/definitions/';
    this.cited = [];
  }

  // What `enum` and `const` ask for; values are made of it, so that they are found equal now and then.
  cite(value) {
    this.cited.push(value);
    return value;
  }

  // To a definition, into one, to one whose name has to be escaped, or to a name.
  reference() {
    return {
      $ref: this.pick([...['p', 'q', 'p/properties/a', 'q/items', 'a~1b~0c%25'].map((to) => this.refs + to), '#r']),
    };
  }

  below(n) {
    return Math.floor(this.random() * n);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  few(make, most) {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  value(depth) {
    const choice = this.random();
    if (this.cited.length > 0 && this.random() < 0.12) return this.pick(this.cited);
    if (choice < 0.08) return null;
    if (choice < 0.16) return this.random() < 0.5;
    if (choice < 0.4) return this.pick(numbers);
    if (choice < 0.62) return this.random() < 0.2 ? this.pick(formatTexts) : this.pick(strings);
    if (depth === 0) return this.below(4);
    if (choice < 0.8) return this.few(() => this.value(depth - 1), 4);
    return Object.fromEntries(this.few(() => [this.pick(names), this.value(depth - 1)], 4));
  }

  named(make, most) {
    return Object.fromEntries(this.few(() => [this.pick(names), make()], most));
  }

  listOf(make) {
    return Array.from({ length: 1 + this.below(3) }, make);
  }

  distinctNames() {
    return [...new Set(this.few(() => this.pick(names), 3))].filter((name) => name !== '');
  }

  // One keyword, or those that belong together.
  keyword(depth) {
    const schema = () => this.schema(depth - 1);
    const count = () => this.below(4);
    const simple = [
      () => ({ type: this.random() < 0.6 ? this.pick(types) : [...new Set(this.listOf(() => this.pick(types)))] }),
      () => ({ enum: this.listOf(() => this.cite(this.value(2))) }),
      () => ({ const: this.cite(this.value(2)) }),
      () => ({ minimum: this.pick(numbers) }),
      () => ({ maximum: this.pick(numbers) }),
      () => ({ exclusiveMinimum: this.pick(numbers) }),
      () => ({ exclusiveMaximum: this.pick(numbers) }),
      () => ({ multipleOf: this.pick([1, 2, 3, 0.5, 0.25, 10]) }),
      () => ({ minLength: count() }),
      () => ({ maxLength: count() }),
      () => ({ pattern: this.pick(patterns) }),
      () => ({ format: this.pick(formatNames) }),
      () => ({ minItems: count() }),
      () => ({ maxItems: count() }),
      () => ({ uniqueItems: this.random() < 0.8 }),
      () => ({ minProperties: count() }),
      () => ({ maxProperties: count() }),
      () => ({ required: this.distinctNames() }),
    ];
    if (depth === 0) return this.pick(simple)();
    const nested = [
      () => ({ properties: this.named(schema, 4), additionalProperties: this.random() < 0.5 ? false : schema() }),
      () => ({ properties: this.named(schema, 4), required: this.distinctNames() }),
      () => ({ patternProperties: { [this.pick(patterns)]: schema(), [this.pick(patterns)]: schema() } }),
      () => ({ additionalProperties: schema() }),
      () => ({
        properties: this.named(schema, 2),
        patternProperties: { [this.pick(patterns)]: schema() },
        additionalProperties: this.random() < 0.5 ? false : schema(),
      }),
      () => ({ propertyNames: schema() }),
      () => ({ items: schema() }),
      () => ({ contains: schema(), ...(this.isLater ? this.containsBounds() : {}) }),
      () => ({ allOf: this.listOf(schema) }),
      () => ({ anyOf: this.listOf(schema) }),
      () => ({ oneOf: this.listOf(schema) }),
      () => ({ not: schema() }),
      () => ({ if: schema(), then: schema(), else: schema() }),
      () => ({ if: schema(), [this.pick(['then', 'else'])]: schema() }),
      ...(this.isLater
        ? [
            () => ({ prefixItems: this.listOf(schema) }),
            () => ({ prefixItems: this.listOf(schema), items: this.random() < 0.4 ? false : schema() }),
            () => ({ dependentRequired: this.named(() => this.distinctNames(), 2) }),
            () => ({ dependentSchemas: this.named(schema, 2) }),
            () => this.reference(),
          ]
        : [
            () => ({ items: this.listOf(schema) }),
            () => ({ items: this.listOf(schema), additionalItems: this.random() < 0.4 ? false : schema() }),
            () => ({ dependencies: this.named(() => (this.random() < 0.5 ? this.distinctNames() : schema()), 2) }),
          ]),
    ];
    return this.random() < 0.45 ? this.pick(simple)() : this.pick(nested)();
  }

  containsBounds() {
    return {
      ...(this.random() < 0.6 && { minContains: this.below(3) }),
      ...(this.random() < 0.6 && { maxContains: this.below(3) }),
    };
  }

  schema(depth) {
    if (depth <= 0 && this.random() < 0.15) return this.random() < 0.7;
    if (!this.isLater && depth > 0 && this.random() < 0.12) return this.reference();
    const schema = {};
    for (let i = 1 + this.below(3); i > 0; --i) Object.assign(schema, this.keyword(Math.max(depth, 0)));
    if (Array.isArray(schema.items) || schema.prefixItems !== undefined) delete schema.contains;
    return schema;
  }

  // Definitions lead into the value before they lead to each other or to the root, so that no reference goes round in a
  // circle.
  root() {
    this.cited = [];
    const leading = () => ({
      properties: { a: { $ref: `${this.refs}q` }, b: { $ref: '#' } },
      items: { $ref: `${this.refs}p` },
      ...this.keyword(0),
    });
    const definitions = {
      p: leading(),
      q: { ...leading(), ...this.keyword(0) },
      'a/b~c%': leading(),
      named: { ...(this.isLater ? { $anchor: 'r' } : { $id: '#r' }), ...leading() },
    };
    const schema = this.schema(this.random() < 0.2 ? 4 : 3);
    if (typeof schema === 'boolean') return schema;
    const key = this.isLater ? '$defs' : 'definitions';
    return schema.$ref !== undefined && !this.isLater
      ? { allOf: [schema], [key]: definitions }
      : { ...schema, [key]: definitions };
  }

  // The value as someone else might write it.
  text(value) {
    const blank = () => (this.random() < 0.1 ? this.pick([' ', '\n', '\t ', '\r\n']) : '');
    const string = (text) =>
      JSON.stringify(text).replace(/[a-z]/gu, (letter, at, all) =>
        all[at - 1] !== '\\' && this.random() < 0.05
          ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
          : letter,
      );
    const write = (part) => {
      if (typeof part === 'string') return string(part);
      if (typeof part === 'number' && Number.isInteger(part) && Math.abs(part) < 1e6 && this.random() < 0.15) {
        return this.pick([`${part}.0`, `${part}e0`, `${part * 10}E-1`]);
      }
      if (Array.isArray(part)) return `[${part.map((item) => blank() + write(item) + blank()).join(',')}]`;
      if (part !== null && typeof part === 'object') {
        const members = Object.entries(part).map(
          ([key, member]) => `${blank()}${string(key)}${blank()}:${blank()}${write(member)}`,
        );
        return `{${members.join(',')}}`;
      }
      return JSON.stringify(part);
    };
    return blank() + write(value) + blank();
  }
}

// Keywords that judge, as the schemas must have them.
const judging = {
  both: `$ref additionalProperties allOf anyOf const contains else enum exclusiveMaximum exclusiveMinimum format if items
    maximum maxItems maxLength maxProperties minimum minItems minLength minProperties multipleOf not oneOf pattern
    patternProperties properties propertyNames required then type uniqueItems`,
  draft7: 'additionalItems definitions dependencies $id',
  'draft2020-12': '$anchor $defs dependentRequired dependentSchemas maxContains minContains prefixItems',
};
const wanted = (dialect) => `${judging.both} ${judging[dialect]}`.split(/\s+/u);

// How often each keyword stands in a text of schemas.
const occurrences = (dialect, groups) => {
  const text = groups.map(({ description }) => description).join();
  return wanted(dialect).map((keyword) => [keyword, text.split(`"${keyword}":`).length - 1]);
};

const differences = (dialect, Ajv) => {
  const generator = new Generator(seed, dialect !== 'draft7');
  const ajv = new Ajv({ strict: false, validateSchema: false, logger: false });
  addFormats(ajv);
  const groups = [];
  let valid = 0;
  let total = 0;
  for (let i = 0; i < schemaCount; ++i) {
    const schema = generator.root();
    const validate = ajv.compile(schema);
    const tests = Array.from({ length: valuesPerSchema }, () => {
      const value = generator.value(3);
      const text = generator.text(value);
      try {
        return [{ text, valid: validate(JSON.parse(text)) }];
      } catch {
        return []; // ajv's own code for 2020-12 stumbles over some references
      }
    }).flat();
    valid += tests.filter((each) => each.valid).length;
    total += tests.length;
    groups.push({ description: JSON.stringify(schema), schema, tests });
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'waymark-schemas-'));
  const found = [];
  try {
    const file = path.join(folder, 'schemas.json');
    writeFileSync(file, JSON.stringify(groups));
    for (const group of runNatively(dialect, 'assert', [file])) {
      if (group.errors !== undefined) found.push(`refused: ${group.description}: ${group.errors.join('; ')}`);
      for (const { data, expected, rules } of group.tests ?? []) {
        if ((rules.length === 0) !== expected)
          found.push(`${group.description} on ${data}: ajv ${expected}, here ${rules.join()}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { found, valid, total, keywords: occurrences(dialect, groups) };
};

for (const [dialect, Ajv] of [
  ['draft7', Ajv7.default ?? Ajv7],
  ['draft2020-12', Ajv2020.default ?? Ajv2020],
]) {
  test(`${dialect}: random schemas judge as ajv does`, (t) => {
    const { found, valid, total, keywords } = differences(dialect, Ajv);
    t.diagnostic(`${dialect}: ${schemaCount} schemas, ${total} values, ${valid} of them valid`);
    assert.deepEqual(found.slice(0, 10), [], `${found.length} differences`);
    const seldom = keywords.filter(([, count]) => count < schemaCount / 20);
    assert.deepEqual(seldom, [], 'each keyword is there often');
    assert.ok(total > schemaCount * valuesPerSchema * 0.95, 'ajv has an opinion');
    assert.ok(valid > total / 10 && valid < total - total / 10, 'both answers occur');
  });
}
