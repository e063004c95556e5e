// What every command does with its arguments, its files and its output.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { here, linesOf, makeFolder, programs } from './programs.mjs';

const shop = join(here, 'shop-plan.json');

for (const { name: program, command, head, run } of programs) {
  /** Runs a line of bash in which "$@" is the program; the status is that of the first command of a pipe. */
  const shell = (line, env = {}) =>
    spawnSync('bash', ['-c', `${line}; exit \${PIPESTATUS[0]}`, 'bash', command, ...head], {
      encoding: 'utf8',
      env: { ...process.env, SHOP: shop, ...env },
    });

  test(`${program}: an error in the arguments names the command and its help`, async () => {
    for (const [args, expected] of [
      [[], 'waymark: A subcommand is required; see waymark --help'],
      [['plan'], 'waymark plan: A subcommand is required; see waymark plan --help'],
      [['plan', 'check'], 'waymark plan check: FILE is required; see waymark plan check --help'],
      [['validate', '--frob'], /^waymark validate: .*--frob; see waymark validate --help$/],
      [['validate', '--shema=x'], /^waymark validate: not known: --shema \(did you mean `--schema`\?\); see /],
      [['plan', 'chek', 'x'], /^waymark plan: not known: chek \(did you mean `check`\?\); see waymark plan --help$/],
      [['plam'], /^waymark: not known: plam \(did you mean `plan`\?\); see waymark --help$/],
      [['plan', 'check', 'a\nb', 'c\nd'], /^waymark plan check: .*c d; see waymark plan check --help$/],
    ]) {
      const { status, stdout, stderr } = await run(args);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.equal(linesOf(stderr).length, 1, stderr);
      if (typeof expected === 'string') assert.equal(stderr, `${expected}\n`);
      else assert.match(stderr.trimEnd(), expected);
    }
  });

  test(`${program}: help calls the program by its name`, async () => {
    assert.match((await run(['--help'])).stdout, /^Usage: waymark \[OPTIONS\] SUBCOMMAND$/m);
    assert.match((await run(['plan', 'diff', '--help'])).stdout, /^Usage: waymark plan diff \[OPTIONS\] OLD NEW$/m);
  });

  test(`${program}: output that is lost is an error`, async (t) => {
    const folder = makeFolder(t, { 'schema.json': { type: 'integer' } });
    for (const args of [
      'plan check --format json "$SHOP"',
      'plan diff "$SHOP" "$SHOP"',
      'plan diff --format json "$SHOP" "$SHOP"',
      'plan docs "$SHOP"',
      'plan schema',
      'plan --help',
      'validate --schema "$FOLDER/schema.json" <<< 1',
      'validate --schema "$FOLDER/schema.json" < <(yes 1 | head -n 300000)',
    ]) {
      const { status, stderr } = shell(`"$@" ${args} > /dev/full`, { FOLDER: folder });
      assert.equal(status, 2, args);
      assert.match(stderr, /^waymark[^\n]*: [^\n]*standard output[^\n]*\n$/, args);
    }
  });

  test(`${program}: it stops when no one reads its answers`, async (t) => {
    const folder = makeFolder(t, { 'schema.json': { type: 'integer' } });
    const { status, stdout } = shell('yes 1 | "$@" validate --schema "$FOLDER/schema.json" | head -n 1', {
      FOLDER: folder,
    });
    assert.equal(stdout, '{"valid":true}\n');
    assert.equal(status, 128 + 13, 'yes is ended by SIGPIPE, since the program ended');
  });

  test(`${program}: a plan may come from a pipe`, () => {
    const byName = shell('"$@" plan docs "$SHOP"');
    for (const line of ['"$@" plan docs <(cat "$SHOP")', '"$@" plan docs /dev/stdin < <(cat "$SHOP")']) {
      const { status, stdout, stderr } = shell(line);
      assert.deepEqual([status, stderr], [0, ''], line);
      assert.equal(stdout, byName.stdout);
    }
    assert.equal(shell('"$@" plan diff <(cat "$SHOP") "$SHOP"').stdout, 'bump: none\n');
  });
}
