// `waymark plan check`: every broken plan gets one clear error with its place, and nothing crashes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import { forEach, here, linesOf, makeFolder, orderPlan, programs } from './programs.mjs';

const brokenFolder = join(here, 'broken');
const broken = readdirSync(brokenFolder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => basename(name, '.json'));
const shop = join(here, 'shop-plan.json');

test('the broken plans are many, each with its error beside it', () => {
  assert.ok(broken.length >= 40, `${broken.length}`);
  const errors = readdirSync(brokenFolder).filter((name) => name.endsWith('.error'));
  assert.deepEqual(errors.map((name) => basename(name, '.error')).sort(), [...broken].sort());
});

for (const { name: program, run } of programs) {
  test(`${program}: each broken plan is refused with its one error`, async () => {
    await forEach(broken, async (name) => {
      const file = join(brokenFolder, `${name}.json`);
      const [first, pointer] = linesOf(readFileSync(join(brokenFolder, `${name}.error`), 'utf8'));
      const [, line, column, text] = /^(\d+):(\d+): (.+)$/.exec(first);
      const [plain, json] = await Promise.all([
        run(['plan', 'check', file]),
        run(['plan', 'check', '--format', 'json', file]),
      ]);
      assert.equal(plain.status, 2, name);
      assert.equal(plain.stdout, '', name);
      assert.equal(linesOf(plain.stderr).length, 1, `${name}: ${plain.stderr}`);
      assert.ok(plain.stderr.startsWith(`${file}:${line}:${column}: error: `), `${name}: ${plain.stderr}`);
      assert.ok(plain.stderr.includes(text), `${name}: ${plain.stderr}`);
      assert.equal(json.status, 2, name);
      const [finding, ...others] = JSON.parse(json.stdout);
      assert.deepEqual(others, [], name);
      assert.equal(finding.severity, 'error', name);
      assert.equal(finding.file, file, name);
      assert.deepEqual([finding.line, finding.column], [Number(line), Number(column)], name);
      assert.equal(finding.pointer, JSON.parse(`"${pointer}"`), name);
      assert.ok(finding.hint.length > 0, `${name} has no hint`);
    });
  });

  test(`${program}: no other command takes a broken plan`, async (t) => {
    const folder = makeFolder(t, { 'good.json': orderPlan() });
    const good = join(folder, 'good.json');
    const commands = (file) => [
      ['plan', 'compile', file],
      ['plan', 'docs', file],
      ['plan', 'export', file],
      ['plan', 'diff', file, good],
      ['plan', 'diff', good, file],
      ['plan', 'generate', '--lang', 'ts', '-o', join(folder, 'out'), file],
      ['validate', '--plan', file],
    ];
    for (const name of ['not_json_cut_off', 'purpose_unknown', 'pattern_unbalanced', 'reference_to_nothing']) {
      for (const args of commands(join(brokenFolder, `${name}.json`))) {
        const { status, stdout, stderr } = await run(args, '{}\n');
        assert.equal(status, 2, args.join(' '));
        assert.equal(stdout, '', args.join(' '));
        assert.match(stderr, /^[^\n]+:\d+:\d+: error: [^\n]+\n$/, args.join(' '));
      }
    }
  });

  test(`${program}: a good plan passes without a word`, async (t) => {
    const folder = makeFolder(t, { 'good.json': orderPlan() });
    const good = await run(['plan', 'check', '--strict', join(folder, 'good.json')]);
    assert.deepEqual([good.status, good.stdout, good.stderr], [0, '', '']);
    const json = await run(['plan', 'check', '--format', 'json', join(folder, 'good.json')]);
    assert.deepEqual([json.status, JSON.parse(json.stdout)], [0, []]);
    assert.equal((await run(['plan', 'check', shop])).status, 0);
  });

  test(`${program}: warnings pass, unless they are to count`, async (t) => {
    const plan = orderPlan();
    delete plan.events.order_placed.owner;
    const file = join(makeFolder(t, { 'plan.json': plan }), 'plan.json');
    const line = `${file}:5:5: warning: the event \`order_placed\` has no \`owner\`; name a team or an address (at /events/order_placed)\n`;
    for (const [args, status] of [
      [[], 0],
      [['--strict'], 1],
    ]) {
      const checked = await run(['plan', 'check', ...args, file]);
      assert.deepEqual([checked.status, checked.stdout, checked.stderr], [status, '', line]);
    }
  });

  test(`${program}: files that cannot be read, and arguments that are none`, async (t) => {
    const folder = makeFolder(t, { 'large.json': ' '.repeat(4 * 1024 * 1024 + 1) });
    for (const [args, what] of [
      [['plan', 'check', join(folder, 'none.json')], /none\.json cannot be read: .*; name a file that is there$/],
      [['plan', 'check', folder], /cannot be read: .*directory/],
      [['plan', 'check', join(folder, 'large.json')], /is larger than 4194304 bytes; split it$/],
      [['plan', 'check'], /FILE is required/],
      [['plan'], /subcommand is required/],
      [['plan', 'chek', 'x'], /see waymark( plan)?( \w+)? --help$/],
      [['plan', 'check', '--format', 'xml', 'x'], /--format/],
      [['plan', 'check', '--nonsense', 'x'], /see waymark( plan)?( \w+)? --help$/],
      [['plan', 'generate', '--lang', 'cobol', '-o', folder, 'x'], /--lang/],
      [[], /subcommand is required/],
    ]) {
      const { status, stdout, stderr } = await run(args);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.equal(linesOf(stderr).length, 1, stderr);
      assert.match(linesOf(stderr)[0], what);
    }
    for (const args of [['--help'], ['plan', '--help'], ['plan', 'check', '--help'], ['--version']]) {
      const { status, stdout, stderr } = await run(args);
      assert.deepEqual([status, stderr], [0, ''], args.join(' '));
      assert.ok(stdout.length > 0);
    }
  });

  test(`${program}: a plan with hundreds of errors shows the first of them`, async (t) => {
    const events = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`event_${i}`, { ownr: 'x' }]));
    const file = join(makeFolder(t, { 'plan.json': { name: 'a', version: 1, events } }), 'plan.json');
    const { status, stderr } = await run(['plan', 'check', file]);
    assert.equal(status, 2);
    assert.equal(linesOf(stderr).length, 200);
  });

  test(`${program}: whatever bytes are changed, the answer is a status and errors of one line each`, async (t) => {
    const folder = makeFolder(t);
    let state = 20240501;
    const random = (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const whole = readFileSync(shop);
    const changes = Array.from({ length: program === 'native' ? 300 : 30 }, (_, i) => {
      const bytes = Buffer.from(whole);
      for (let j = 0; j <= random(4); ++j) bytes[random(bytes.length)] = random(3) ? 0x20 + random(0x5f) : random(256);
      return [i, random(8) ? bytes : bytes.subarray(0, random(bytes.length))];
    });
    await forEach(changes, async ([i, bytes]) => {
      const file = join(folder, `${i}.json`);
      writeFileSync(file, bytes);
      const { status, signal, stderr } = await run(['plan', 'check', file]);
      assert.equal(signal, null, `change ${i}`);
      assert.ok(status === 0 || status === 2, `change ${i}: ${status}: ${stderr}`);
      for (const line of linesOf(stderr)) assert.match(line, /\.json:\d+:\d+: (error|warning): /, `change ${i}`);
      if (status === 2) assert.match(stderr, /: error: /, `change ${i}`);
    });
  });
}
