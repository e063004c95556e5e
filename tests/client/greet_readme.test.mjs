// What the README of examples/greet discloses is what its plan says, and what it sends is in the plan.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const waymark = resolve(process.env.WAYMARK_BIN ?? join(root, 'build/release/native/cli/waymark'));
const folder = join(root, 'examples/greet');

test('the section on telemetry is made from the plan', () => {
  const made = execFileSync(waymark, ['plan', 'docs', '--disclosure', '--source', 'examples/greet', 'plan.json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  assert.equal(readme.slice(readme.indexOf('## Telemetry\n')), made);
});

test('the plan is sound, and lists what is tracked', () => {
  execFileSync(waymark, ['plan', 'check', '--strict', join(folder, 'plan.json')]);
  const { events } = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
  const source = readFileSync(join(folder, 'greet.cpp'), 'utf8');
  const tracked = [...source.matchAll(/telemetry\.track\("(\w+)", (\{\{.*?\}\})\)/g)];
  assert.deepEqual(
    Object.fromEntries(
      tracked.map(([, event, list]) => [event, [...list.matchAll(/\{"(\w+)"/g)].map(([, key]) => key)]),
    ),
    Object.fromEntries(
      Object.entries(events).map(([event, { properties }]) => [event, Object.keys(properties.properties)]),
    ),
  );
});
