// The gate that answers before a core is loaded answers as the core does: the vectors are those of
// tests/core/consent_decision_test.cpp and consent_record_test.cpp.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSync } from 'esbuild';

const { outputFiles } = buildSync({
  stdin: {
    contents: "export * from './gate.ts'; export * from './record.ts';",
    resolveDir: new URL('../../js/src/consent', import.meta.url).pathname,
  },
  bundle: true,
  format: 'esm',
  write: false,
});
const { decide, plainText, readRecord, writeRecord } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
);

const vectors = (name) => JSON.parse(readFileSync(new URL(`../vectors/consent/${name}.json`, import.meta.url), 'utf8'));

function answer(purpose, rules, record, platforms, { stop = '', gpc = false, dnt = false }, nowMs) {
  const said = new Map(Object.entries(platforms).map(([name, choices]) => [name, choices ?? undefined]));
  const known = { record: readRecord(record), platforms: said, stopReason: stop, gpc, dnt, nowMs };
  return JSON.parse(JSON.stringify(decide(purpose, rules, known)));
}

test('each rule, as it was written down by hand', () => {
  const { now, cases } = vectors('decisions');
  assert.ok(cases.length > 30);
  for (const { name, purpose, rules, record, platforms, expect, ...signals } of cases) {
    const { steps, ...given } = answer(purpose, rules, record, platforms, signals, now);
    const { rule, reason, ...expected } = expect;
    assert.deepEqual(
      { value: given.value, basis: given.basis, source: given.source, ...steps.at(-1) },
      { ...expected, rule, reason },
      name,
    );
  }
});

test('all combinations of what can be known', () => {
  const { now, purposes, rules, records, platforms, signals, outcomes, results } = vectors('matrix');
  const lines = results.values();
  let asked = 0;
  for (const rule of rules)
    for (const record of records)
      for (const platform of platforms) {
        const numbers = lines.next().value.split(' ').values();
        for (const signal of signals)
          for (const purpose of purposes) {
            const given = answer(purpose, rule, record, platform, signal, now);
            const where = JSON.stringify({ purpose, rule, record, platform, signal });
            assert.deepEqual(given, outcomes[numbers.next().value], where);
            asked++;
          }
      }
  assert.equal(lines.next().done, true);
  assert.equal(asked, rules.length * records.length * platforms.length * signals.length * purposes.length);
  assert.ok(outcomes.length > 20);
});

test('a record has one form, and everything else is corrupt', () => {
  const { missing, sound, corrupt } = vectors('records');
  for (const text of missing) assert.equal(readRecord(text), undefined);
  for (const text of sound) assert.equal(writeRecord(readRecord(text)), text);
  for (const text of corrupt) assert.equal(readRecord(text), null, text);
  for (let at = 0; at < sound[1].length; at++) assert.ok(!readRecord(sound[1].slice(0, at)), `cut at ${at}`);
});

test('a text is made fit to stand in a record', () => {
  assert.equal(plainText('v2 Zürich'), 'v2 Zürich');
  assert.equal(plainText('a"b\\c\n\ud800'), 'a_b_c__');
  assert.equal(plainText('x'.repeat(100)), 'x'.repeat(64));
  assert.equal(plainText(undefined), '');
  assert.equal(plainText(3), '3');
});
