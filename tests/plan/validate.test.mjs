// `waymark validate`: one line for every line, whatever the bytes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { linesOf, makeFolder, orderPlan, programs } from './programs.mjs';

const notJson = '{"valid":false,"violations":[{"path":"","rule":"json","message":"is not JSON"}]}';
const rulesOf = (line) => {
  const { valid, violations } = JSON.parse(line);
  return valid ? 'valid' : violations.map(({ path, rule }) => `${path} ${rule}`).join(', ');
};

for (const { name: program, run } of programs) {
  const judge = async (t, schema, input, ...args) => {
    const file = join(makeFolder(t, { 'schema.json': schema }), 'schema.json');
    const answer = await run(['validate', '--schema', file, ...args], input);
    return { ...answer, rules: linesOf(answer.stdout).map(rulesOf) };
  };

  test(`${program}: every line has its answer, also white space and the last one without an end`, async (t) => {
    const input = Buffer.concat([
      Buffer.from('1\n"a"\n\n  \t\n1\r\n'),
      Buffer.from([0xff, 0xfe, 0x0a, 0x00, 0x0a]),
      Buffer.from('{"a":\n2'),
    ]);
    const { status, stdout, stderr } = await judge(t, { type: 'integer' }, input);
    const lines = linesOf(stdout);
    assert.deepEqual(
      [lines[0], lines[2], lines[3], lines[4], lines[5], lines[6], lines[7], lines[8]],
      ['{"valid":true}', notJson, notJson, '{"valid":true}', notJson, notJson, notJson, '{"valid":true}'],
    );
    assert.equal(rulesOf(lines[1]), ' type');
    assert.deepEqual([lines.length, status, stderr], [9, 1, '']);
  });

  test(`${program}: the status says whether all were valid`, async (t) => {
    for (const [input, status] of [
      ['', 0],
      ['1\n', 0],
      ['1\n"a"\n', 1],
      ['\n', 1],
      ['1', 0],
    ])
      assert.equal((await judge(t, { type: 'integer' }, input)).status, status, JSON.stringify(input));
  });

  test(`${program}: a violation has path, rule and message`, async (t) => {
    const schema = { properties: { order_value: { minimum: 0 } } };
    const { stdout } = await judge(t, schema, '{"order_value":-1}\n');
    const { violations } = JSON.parse(stdout);
    assert.deepEqual(Object.keys(violations[0]), ['path', 'rule', 'message']);
    assert.deepEqual([violations.length, violations[0].path, violations[0].rule], [1, '/order_value', 'minimum']);
    assert.match(violations[0].message, /0/);
  });

  test(`${program}: dialects and formats are those that are asked for`, async (t) => {
    const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#', format: 'date' };
    const draft2020 = { $schema: 'https://json-schema.org/draft/2020-12/schema', format: 'date' };
    for (const [schema, args, expected] of [
      [{ format: 'date' }, [], ' format'],
      [draft7, [], ' format'],
      [draft2020, [], 'valid'],
      [draft2020, ['--formats', 'assert'], ' format'],
      [draft7, ['--formats', 'annotate'], 'valid'],
      [{ items: [{ type: 'null' }] }, [], 'valid'],
    ])
      assert.deepEqual(
        (await judge(t, schema, '"no date"\n', ...args)).rules,
        [expected],
        JSON.stringify([schema, args]),
      );
  });

  test(`${program}: numbers are compared exactly`, async (t) => {
    const input = '0.3\n1.005\n1e400\n9007199254740993\n9007199254740992\n-0.0\n';
    assert.deepEqual((await judge(t, { multipleOf: 0.01 }, input)).rules, [
      'valid', ' multipleOf', 'valid', 'valid', 'valid', 'valid',
    ]); // prettier-ignore
    assert.deepEqual((await judge(t, '{"const": 9007199254740993}', input)).rules.map((rule) => rule === 'valid'), [
      false, false, false, true, false, false,
    ]); // prettier-ignore
  });

  test(`${program}: long lines are answered up to the bound, and those beyond it too`, async (t) => {
    const most = 16 * 1024 * 1024 - 1;
    const text = (size) => `"${'x'.repeat(size - 2)}"`;
    const { rules, status } = await judge(t, { type: 'string' }, [
      text(most),
      '\n',
      text(most + 1),
      '\n',
      text(8),
      '\n',
    ]);
    assert.deepEqual([rules, status], [['valid', ' size', 'valid'], 1]);
  });

  test(`${program}: deep values neither crash nor pass as something else`, async (t) => {
    const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth);
    const { rules } = await judge(t, { items: { $ref: '#' } }, `${nested(31)}\n${nested(1000)}\n${nested(200000)}\n`);
    assert.deepEqual(rules, ['valid', 'valid', ' depth']);
  });

  test(`${program}: hostile patterns and values take linear time`, async (t) => {
    const schema = { pattern: '^(a+)+$', uniqueItems: true };
    const begin = performance.now();
    const list = `[${Array.from({ length: 20000 }, (_, i) => i).join()}]`;
    const { rules } = await judge(t, schema, `"${'a'.repeat(1_000_000)}!"\n${list}\n`);
    assert.deepEqual(rules, [' pattern', 'valid']);
    assert.ok(performance.now() - begin < 20_000);
  });

  test(`${program}: answers come while the input is still open`, async (t) => {
    const file = join(makeFolder(t, { 'schema.json': {} }), 'schema.json');
    const { command, head } = programs.find(({ name }) => name === program);
    const child = spawn(command, [...head, 'validate', '--schema', file]);
    t.after(() => child.kill());
    for (let i = 0; i < 3; ++i) {
      child.stdin.write(`${i}\n`);
      const [chunk] = await once(child.stdout, 'data');
      assert.equal(String(chunk), '{"valid":true}\n');
    }
    child.stdin.end();
    const [status] = await once(child, 'close');
    assert.equal(status, 0);
  });

  test(`${program}: events are judged by a plan, whole or their properties alone`, async (t) => {
    const folder = makeFolder(t, { 'plan.json': orderPlan() });
    const plan = join(folder, 'plan.json');
    await run(['plan', 'compile', plan, '-o', join(folder, 'plan.bin')]);
    const events = [
      { event_name: 'order_placed', properties: { order_id: 'ord_1', order_value: 149.99 } },
      { event_name: 'order_placed', properties: { order_id: 'ord_1', order_value: -1 } },
      { event_name: 'order_place', properties: {} },
      { event_name: 'page_viewed' },
      {},
    ];
    const input = events.map((event) => JSON.stringify(event) + '\n').join('');
    for (const file of [plan, join(folder, 'plan.bin')]) {
      const { status, stdout } = await run(['validate', '--plan', file], input);
      assert.equal(status, 1);
      assert.deepEqual(linesOf(stdout).map(rulesOf), [
        'valid',
        '/properties/order_value minimum',
        '/event_name unplanned_event',
        'valid',
        ' required',
      ]);
    }
    const one = await run(
      ['validate', '--plan', plan, '--event', 'order_placed'],
      '{"order_id":"ord_1"}\n{"order_id":3}\n',
    );
    assert.deepEqual([one.status, ...linesOf(one.stdout).map(rulesOf)], [1, 'valid', '/order_id type']);
    const twice = await run(
      ['validate', '--plan', plan, '--event', 'order_placed'],
      '{"order_id":"ord_1","order_id":"ord_1"}\n',
    );
    assert.deepEqual(linesOf(twice.stdout).map(rulesOf), ['/order_id duplicate_key']);
  });

  test(`${program}: unusable arguments and schemas end with 2 and one line`, async (t) => {
    const folder = makeFolder(t, {
      'plan.json': orderPlan(),
      'broken.json': '{',
      'pattern.json': { pattern: '(' },
      'number.json': '7',
      'remote.json': { $ref: 'https://example.com/other.json' },
    });
    const at = (name) => join(folder, name);
    for (const args of [
      [],
      ['--schema', at('none.json')],
      ['--schema', folder],
      ['--schema', at('broken.json')],
      ['--schema', at('pattern.json')],
      ['--schema', at('number.json')],
      ['--schema', at('remote.json')],
      ['--plan', at('broken.json')],
      ['--plan', at('plan.json'), '--event', 'order_place'],
      ['--plan', at('plan.json'), '--schema', at('pattern.json')],
      ['--plan', at('plan.json'), '--formats', 'assert'],
      ['--schema', at('pattern.json'), '--event', 'order_placed'],
      ['--schema', at('pattern.json'), '--formats', 'sometimes'],
    ]) {
      const { status, stdout, stderr } = await run(['validate', ...args], '{}\n');
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.equal(linesOf(stderr).length, 1, `${args.join(' ')}: ${stderr}`);
    }
  });
}
