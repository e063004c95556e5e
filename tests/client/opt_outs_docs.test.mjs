// The tables that docs/native.md publishes are those that the code is tested by.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const vectors = (name) => JSON.parse(read(`tests/vectors/consent/${name}.json`));

/** The rows of the first table below a heading, each a list of cells. */
function tableBelow(heading) {
  const section = read('docs/native.md').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0];
  assert.ok(section, `docs/native.md has no section ${heading}`);
  const lines = section.split('\n');
  const begin = lines.findIndex((line) => line.startsWith('|---'));
  const rows = lines.slice(begin + 1);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

const codesIn = (cell) => [...cell.matchAll(/`([^`]*)`/g)].map(([, text]) => text);

test('the values of DO_NOT_TRACK', () => {
  const published = tableBelow('Opting out').map(([value, effect]) => ({
    value: value === 'not set' ? null : JSON.parse(codesIn(value)[0]),
    is_opt_out: { off: true, 'as answered': false }[effect],
  }));
  assert.deepEqual(published, vectors('opt_outs').values);
});

test('what is CI, and what may be', () => {
  const published = tableBelow('Continuous integration').map(([environment, ci, by]) => ({
    variables: Object.fromEntries(codesIn(environment).map((text) => text.split(/=(.*)/).slice(0, 2))),
    ci,
    reason: codesIn(by)[0] ?? '',
  }));
  assert.deepEqual(published, vectors('ci').cases);
});

test('the version of ci-info', () => {
  const { devDependencies } = JSON.parse(read('package.json'));
  assert.ok(read('docs/native.md').includes(`\`ci-info\` ${devDependencies['ci-info']},`));
});

test('the variables of agents', () => {
  const source = read('native/client/consent/ci.cpp').split('agent_variables[] =')[1].split(';')[0];
  const variables = [...source.matchAll(/"([A-Z_]+)"/g)].map(([, name]) => name);
  assert.ok(variables.length > 10);
  const published = codesIn(read('docs/native.md').split('a program may be typing:')[1].split(' is set')[0]);
  assert.deepEqual(published, variables);
});
