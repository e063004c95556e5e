// compile, diff, docs, import, export, generate and schema, as a user runs them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { here, linesOf, makeFolder, orderPlan, programs } from './programs.mjs';

const shop = join(here, 'shop-plan.json');
const schemaFile = join(here, '../../native/plan/tracking-plan.schema.json');

for (const { name: program, run } of programs) {
  test(`${program}: compile writes binary, base64 or a module`, async (t) => {
    const plan = orderPlan({ mode: 'reject', modes: { production: 'warn' } });
    const folder = makeFolder(t, { 'plan.json': plan, 'package.json': '{"type":"module"}' });
    const file = join(folder, 'plan.json');
    const binary = await run(['plan', 'compile', file, '-o', join(folder, 'plan.bin')]);
    assert.deepEqual([binary.status, binary.stdout, binary.stderr], [0, '', '']);
    const bytes = readFileSync(join(folder, 'plan.bin'));
    assert.ok(bytes.length > 100);
    const base64 = await run(['plan', 'compile', file, '--format', 'base64']);
    assert.ok(Buffer.from(base64.stdout, 'base64').equals(bytes));
    assert.equal(base64.stdout, `${bytes.toString('base64')}\n`);
    await run(['plan', 'compile', file, '--format', 'module', '-o', join(folder, 'plan.js')]);
    const module = await import(join(folder, 'plan.js'));
    assert.deepEqual(Object.keys(module), ['plan']);
    assert.deepEqual(module.plan, { table: bytes.toString('base64') });

    const production = await run(['plan', 'compile', file, '--environment', 'production']);
    assert.equal(production.status, 0);
    assert.ok(!production.bytes.equals(bytes));
    const unknown = await run(['plan', 'compile', file, '--environment', 'prod']);
    assert.deepEqual([unknown.status, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, /^waymark plan compile: --environment `prod` .*`production`\n$/);
    const nowhere = await run(['plan', 'compile', file, '-o', join(folder, 'no/such/folder')]);
    assert.equal(nowhere.status, 2);
    assert.match(nowhere.stderr, /cannot be written: [^\n]+\n$/);
  });

  test(`${program}: diff tells the bump and wants the version raised`, async (t) => {
    const changed = (version, change) => {
      const plan = orderPlan({ version });
      change(plan.events.order_placed);
      return plan;
    };
    const folder = makeFolder(t, {
      'old.json': orderPlan(),
      'same.json': orderPlan({ $comment: 'nothing new' }),
      'words.json': changed(4, (event) => (event.description = 'An order was paid for.')),
      'wider.json': changed(4, (event) => (event.properties.properties.note = { type: 'string' })),
      'narrower.json': changed(4, (event) => event.properties.required.push('order_value')),
      'forgotten.json': changed(3, (event) => event.properties.required.push('order_value')),
      'back.json': changed(2, (event) => (event.owner = 'team-a')),
    });
    const diff = (name, ...args) => run(['plan', 'diff', ...args, join(folder, 'old.json'), join(folder, name)]);
    for (const [name, status, bump, changes] of [
      ['same.json', 0, 'none', 0],
      ['words.json', 0, 'patch', 1],
      ['wider.json', 0, 'minor', 1],
      ['narrower.json', 0, 'major', 1],
      ['forgotten.json', 1, 'major', 1],
      ['back.json', 1, 'patch', 1],
    ]) {
      const text = await diff(name);
      assert.equal(text.status, status, name);
      const lines = linesOf(text.stdout);
      assert.equal(lines.at(-1), `bump: ${bump}`, name);
      assert.equal(lines.length, changes + 1, name);
      assert.equal(linesOf(text.stderr).length, status, name);
      const json = await diff(name, '--format', 'json');
      assert.equal(json.status, status);
      const told = JSON.parse(json.stdout);
      assert.deepEqual([told.bump, told.changes.length, told.before], [bump, changes, 3], name);
    }
    const { stderr } = await diff('forgotten.json');
    assert.match(
      stderr,
      /forgotten\.json: the plan is changed and its version is 3 where it was 3; raise `version` to 4\n$/,
    );
  });

  test(`${program}: docs writes Markdown and HTML`, async (t) => {
    const folder = makeFolder(t, { 'plan.json': orderPlan() });
    const file = join(folder, 'plan.json');
    const markdown = await run(['plan', 'docs', file]);
    assert.match(markdown.stdout, /^# shop: tracking plan\n/);
    const html = await run(['plan', 'docs', '--format', 'html', '-o', join(folder, 'plan.html'), file]);
    assert.deepEqual([html.status, html.stdout], [0, '']);
    assert.match(readFileSync(join(folder, 'plan.html'), 'utf8'), /^<!doctype html>[^]*<code>order_placed<\/code>/);
  });

  test(`${program}: export gives schemas that validate decides alike by`, async (t) => {
    const folder = makeFolder(t, { 'plan.json': orderPlan() });
    const file = join(folder, 'plan.json');
    const exported = await run(['plan', 'export', '-o', join(folder, 'schemas'), file]);
    assert.deepEqual([exported.status, exported.stdout], [0, '']);
    assert.deepEqual(readdirSync(join(folder, 'schemas')), ['order_placed.json']);
    const one = await run(['plan', 'export', '--event', 'order_placed', file]);
    assert.equal(one.stdout, readFileSync(join(folder, 'schemas/order_placed.json'), 'utf8'));
    const values = [
      { order_id: 'ord_1' },
      { order_id: '1' },
      { order_id: 'ord_1', destination: { town: 7 } },
      { order_id: 'ord_1', more: 1 },
      {},
    ];
    const input = values.map((value) => JSON.stringify(value) + '\n').join('');
    const byPlan = await run(['validate', '--plan', file, '--event', 'order_placed'], input);
    const bySchema = await run(['validate', '--schema', join(folder, 'schemas/order_placed.json')], input);
    assert.equal(byPlan.stdout, bySchema.stdout);
    assert.deepEqual(
      linesOf(byPlan.stdout).map((line) => JSON.parse(line).valid),
      [true, false, false, false, false],
    );
    const unknown = await run(['plan', 'export', '--event', 'order_place', file]);
    assert.deepEqual([unknown.status, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, /did you mean `order_placed`\?\n$/);
  });

  test(`${program}: what export writes import reads, and the plan means the same`, async (t) => {
    const folder = makeFolder(t);
    await run(['plan', 'export', '-o', folder, shop]);
    const files = readdirSync(folder).map((name) => join(folder, name));
    assert.equal(files.length, 50);
    const imported = await run(['plan', 'import', '--from', 'jsonschema', '--name', 'shop', ...files]);
    assert.deepEqual([imported.status, imported.stderr], [0, '']);
    const plan = JSON.parse(imported.stdout);
    assert.equal(plan.name, 'shop');
    assert.deepEqual(Object.keys(plan.events).sort(), Object.keys(JSON.parse(readFileSync(shop)).events).sort());
  });

  test(`${program}: import takes Segment's and Iglu's shapes, and refuses others`, async (t) => {
    const rule = { type: 'object', properties: { properties: { type: 'object', required: ['sku'] } } };
    const folder = makeFolder(t, {
      'segment.json': { display_name: 'Kicks', rules: { events: [{ name: 'Product Viewed', rules: rule }] } },
      'iglu.json': { self: { vendor: 'com.acme', name: 'ad_click', format: 'jsonschema', version: '1-0-0' } },
      'bad_pattern.json': { type: 'object', properties: { a: { pattern: '(' } } },
      'text.json': '"text"',
      'broken.json': '{',
    });
    const take = (from, name) => run(['plan', 'import', '--from', from, join(folder, name)]);
    const segment = await take('segment', 'segment.json');
    assert.deepEqual([segment.status, segment.stderr], [0, '']);
    assert.deepEqual(JSON.parse(segment.stdout).events.product_viewed.properties, {
      type: 'object',
      required: ['sku'],
    });
    assert.deepEqual(Object.keys(JSON.parse((await take('iglu', 'iglu.json')).stdout).events), ['ad_click']);
    for (const [from, name] of [
      ['segment', 'iglu.json'],
      ['iglu', 'segment.json'],
      ['jsonschema', 'text.json'],
      ['jsonschema', 'broken.json'],
      ['jsonschema', 'bad_pattern.json'],
    ]) {
      const { status, stdout, stderr } = await take(from, name);
      assert.deepEqual([status, stdout], [1, ''], name);
      assert.match(stderr, /^[^\n]+:\d+:\d+: error: [^\n]+\n$/, name);
    }
    assert.equal((await take('jsonschema', 'none.json')).status, 2);
  });

  test(`${program}: generate writes files for every language`, async (t) => {
    const folder = makeFolder(t, { 'plan.json': orderPlan() });
    for (const [language, profile] of [
      ['ts', 'full'],
      ['cpp', 'full'],
      ['python', 'full'],
      ['node', 'full'],
      ['go', 'full'],
      ['python', 'anonymous'],
      ['node', 'anonymous'],
      ['go', 'anonymous'],
    ]) {
      const out = join(folder, `${language}-${profile}`, 'deep');
      const args = ['plan', 'generate', '--lang', language, '--profile', profile, '-o', out, join(folder, 'plan.json')];
      const { status, stdout, stderr } = await run(args);
      assert.deepEqual([status, stdout, stderr], [0, '', ''], args.join(' '));
      const text = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'));
      assert.ok(text.length > 0);
      assert.match(text.join(''), /order_placed/i, args.join(' '));
    }
    const none = await run([
      'plan',
      'generate',
      '--lang',
      'cpp',
      '--profile',
      'anonymous',
      '-o',
      folder,
      join(folder, 'plan.json'),
    ]);
    assert.equal(none.status, 2);
    assert.equal(linesOf(none.stderr).length, 1);
  });

  test(`${program}: schema prints the schema of the format, and it tells good plans from broken ones`, async (t) => {
    const printed = await run(['plan', 'schema']);
    assert.equal(printed.stdout, readFileSync(schemaFile, 'utf8'));
    const judge = async (texts) => {
      const input = texts.map((text) => JSON.stringify(JSON.parse(text)) + '\n').join('');
      const { stdout } = await run(['validate', '--schema', schemaFile], input);
      return linesOf(stdout).map((line) => JSON.parse(line).valid);
    };
    assert.deepEqual(await judge([readFileSync(shop, 'utf8'), JSON.stringify(orderPlan())]), [true, true]);

    // Of the broken plans that are JSON, a schema cannot see these: they take a second look at another place.
    const beyond = [
      'dialect_unknown', 'duplicate_key', 'duplicate_key_inside', 'event_name_in_two_spellings', 'lone_surrogate',
      'nested_too_deep', 'pattern_too_large', 'pattern_unbalanced', 'pattern_with_back_reference',
      'pattern_with_lookahead', 'privacy_hash_without_salt', 'privacy_rule_for_unknown_event',
      'privacy_secret_allowed', 'purpose_default_not_listed', 'purpose_twice', 'purpose_unknown',
      'purposes_without_necessary', 'reference_in_a_circle', 'reference_to_another_file', 'reference_to_nothing',
      'unevaluated_properties',
    ]; // prettier-ignore
    const folder = join(here, 'broken');
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('not_json') && !/not_utf8|byte_order/.test(name))
      .map((name) => name.replace('.json', ''));
    const valid = await judge(names.map((name) => readFileSync(join(folder, `${name}.json`), 'utf8')));
    const unseen = names.filter((_, i) => valid[i]);
    assert.deepEqual(
      unseen.filter((name) => !beyond.includes(name)),
      [],
    );
  });
}
