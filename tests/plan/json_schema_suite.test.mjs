// Every required test of draft 7 and 2020-12, natively and in Wasm, and the optional ones with their counts. What is
// left out stands here with its reason; it must be refused with an error, never judged wrongly.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import test from 'node:test';

import { runNatively, suiteFolder } from './json_schema_suite.mjs';
import { openValidator } from './wasm/validator.mjs';

const remote = 'references that leave the document';
const dynamic = '$dynamicRef is left out';
const unevaluated = 'unevaluatedItems and unevaluatedProperties are left out';
const vocabularies = 'metaschemas of one’s own, with vocabularies, are left out';

// Files, and single groups of files as file#description.
const leftOut = {
  draft7: {
    'refRemote.json': remote,
    'optional/cross-draft.json': remote,
  },
  'draft2020-12': {
    'dynamicRef.json': dynamic,
    'refRemote.json': remote,
    'unevaluatedItems.json': unevaluated,
    'unevaluatedProperties.json': unevaluated,
    'vocabulary.json': vocabularies,
    "not.json#collect annotations inside a 'not', even if collection is disabled": unevaluated,
    'ref.json#ref creates new scope when adjacent to keywords': unevaluated,
    'optional/cross-draft.json': remote,
    'optional/format-assertion.json': vocabularies,
  },
};

const dialects = Object.keys(leftOut);
const suite = suiteFolder();
const reasonFor = (dialect, file, group) => leftOut[dialect][file] ?? leftOut[dialect][`${file}#${group}`];
const filesIn = (folder) =>
  readdirSync(path.join(suite, folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => path.join(suite, folder, name));

const wasmFile =
  process.env.VALIDATOR_WASM ?? fileURLToPath(new URL('../../build/wasm/tests/plan/validator.wasm', import.meta.url));
const validator = openValidator(readFileSync(wasmFile));

// Counts and failures of a list of files.
const run = (dialect, formats, files) => {
  const counts = new Map();
  const failures = [];
  const skipped = new Map();
  for (const group of runNatively(dialect, formats, files)) {
    const file = path.relative(path.join(suite, dialect), group.file);
    const reason = reasonFor(dialect, file, group.description);
    const count = counts.get(file) ?? { passed: 0, total: 0 };
    if (reason === undefined) counts.set(file, count);
    if (group.errors !== undefined) {
      if (reason === undefined) failures.push(`${file}: ${group.description}: refused: ${group.errors.join('; ')}`);
      assert.ok(group.errors.length > 0, `${file}: ${group.description}: refused without an error`);
    }
    for (const { description, data, expected, rules } of group.tests ?? []) {
      const name = `${file}: ${group.description}: ${description}`;
      const wasm = validator.judge(Buffer.from(group.table, 'hex'), data);
      assert.equal(wasm, rules.length === 0, `${name}: Wasm and native differ`);
      const passes = (rules.length === 0) === expected;
      count.total += 1;
      count.passed += passes ? 1 : 0;
      if (!passes) failures.push(`${name}: ${data} ${rules.join()}`);
    }
    if (reason !== undefined) skipped.set(file, reason);
  }
  return { counts, failures, skipped };
};

// Optional tests that are decided otherwise on purpose.
const otherwise = [
  'optional/content.json', // contentEncoding and contentMediaType say what a string holds, and are not checked
  'optional/format/idn-hostname.json', // lengths after Punycode, and rules for a whole label (RFC 5892, appendix A)
];
const unexpected = ({ failures }) => failures.filter((failure) => !otherwise.includes(failure.split(':')[0]));

const report = (t, title, { counts, skipped, failures }, inDetail = false) => {
  let passed = 0;
  let total = 0;
  for (const count of counts.values()) {
    passed += count.passed;
    total += count.total;
  }
  t.diagnostic(`${title}: ${passed} of ${total} tests in ${counts.size} files pass, natively and in Wasm`);
  for (const [file, { passed, total: all }] of inDetail ? counts : []) t.diagnostic(`  ${file}: ${passed} of ${all}`);
  for (const failure of inDetail ? failures : []) t.diagnostic(`  differs: ${failure}`);
  for (const [file, reason] of skipped) t.diagnostic(`${title}: left out, wholly or in part: ${file}: ${reason}`);
};

for (const dialect of dialects) {
  test(`${dialect}: every required test`, (t) => {
    // format.json of the required files wants annotation alone.
    const result = run(dialect, 'annotate', filesIn(dialect));
    report(t, dialect, result);
    assert.deepEqual(result.failures, []);
    assert.ok(result.counts.size > 30, 'the files are there');
  });

  test(`${dialect}: optional tests`, (t) => {
    const result = run(dialect, 'assert', filesIn(`${dialect}/optional`));
    report(t, `${dialect}/optional`, result, true);
    assert.deepEqual(unexpected(result), []);
  });

  test(`${dialect}: formats, asserted`, (t) => {
    const result = run(dialect, 'assert', filesIn(`${dialect}/optional/format`));
    report(t, `${dialect}/optional/format`, result, true);
    assert.deepEqual(unexpected(result), []);
  });
}
