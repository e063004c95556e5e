// track.mjs and its declarations: types, and calls against a server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { checkTypes, linesWithErrors } from './type_check.mjs';
import { doNotTrackValues, makeWorkspace, markedLines, run, startServer } from './workspace.mjs';

test('right uses compile', (t) => {
  assert.deepEqual(checkTypes(makeWorkspace(t, 'shop/node', { 'good.mts': 'good.mts' }), 'good.mts'), []);
  assert.deepEqual(checkTypes(makeWorkspace(t, 'shop/node_ping', { 'good_ping.mts': 'good.mts' }), 'good.mts'), []);
});

for (const [generated, file, least] of [
  ['shop/node', 'wrong.mts', 7],
  ['shop/node_ping', 'wrong_ping.mts', 4],
]) {
  test(`each wrong use in ${file} is refused where it stands`, (t) => {
    const directory = makeWorkspace(t, generated, { [file]: file });
    const wrong = markedLines(readFileSync(join(directory, file), 'utf8'), '// wrong:');
    assert.ok(wrong.length >= least);
    assert.deepEqual(
      linesWithErrors(directory, file),
      wrong.map(([line]) => `${file}:${line}`),
    );
  });
}

for (const plan of ['shop', 'tiny', 'nasty']) {
  test(`the modules of the plan ${plan} have what their declarations say`, async (t) => {
    for (const [generated, name] of [
      ['node', 'track'],
      ['node_ping', 'ping'],
    ]) {
      const cwd = makeWorkspace(t, `${plan}/${generated}`, {});
      assert.deepEqual(checkTypes(cwd, `${name}.d.mts`), []);
      const declared = [
        ...readFileSync(join(cwd, `${name}.d.mts`), 'utf8').matchAll(/^export (?:const|function) (\w+)/gm),
      ];
      const script = `import * as all from './${name}.mjs'; console.log(Object.keys(all).sort().join(' '));`;
      const { stdout, stderr } = await run('node', ['--input-type=module', '-e', script], { cwd });
      assert.equal(stderr, '');
      assert.equal(
        stdout.trim(),
        declared
          .map(([, found]) => found)
          .sort()
          .join(' '),
      );
    }
  });
}

/** Runs send.mjs; the calls' outcomes as [verdict, reason, seconds]. */
async function send(t, calls, { env, plan = 'shop' } = {}) {
  const cwd = makeWorkspace(t, `${plan}/node`, { 'send.mjs': 'send.mjs' });
  const input = calls.map((call) => `${JSON.stringify(call)}\n`).join('');
  const { stdout, stderr, status } = await run('node', ['send.mjs'], { cwd, env, input });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const verdictsOf = (outcomes) => outcomes.map(([verdict]) => verdict);

test('an event is posted with all that is known of it', async (t) => {
  const { url, requests } = await startServer(t);
  const timestamp = '2024-11-14T10:23:45.123Z';
  const outcomes = await send(t, [
    ['init', { writeKey: 'demo', endpoint: `${url}/base/`, consent: ['analytics'], appVersion: '1.2' }],
    ['log', 'product_viewed', { product_id: 'é😀"' }, { userId: 'u', anonymousId: 'a', eventId: 'id', timestamp }],
    ['log', 'cart_emptied', {}, { consent: ['functional'] }],
  ]);
  assert.deepEqual(verdictsOf(outcomes), ['accepted', 'accepted']);
  assert.deepEqual(
    requests.map(({ method, url }) => `${method} ${url}`),
    ['POST /base/event', 'POST /base/event'],
  );
  assert.equal(requests[0].headers['content-type'], 'text/plain');
  const [first, second] = requests.map(({ body }) => JSON.parse(body));
  assert.deepEqual(first, {
    write_key: 'demo',
    event_id: 'id',
    event_name: 'product_viewed',
    timestamp,
    user_id: 'u',
    anonymous_id: 'a',
    consent: ['analytics'],
    plan_version: 3,
    app_version: '1.2',
    sdk: { name: 'waymark-node', version: '1' },
    properties: { product_id: 'é😀"' },
  });
  assert.ok(Math.abs(Date.parse(second.timestamp) - Date.now()) < 10_000);
  assert.match(second.event_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.deepEqual(second.properties, {});
});

test('without consent to its purpose an event stays here', async (t) => {
  const { url, requests } = await startServer(t);
  const init = (consent) => ['init', { writeKey: 'demo', endpoint: url, consent }];
  const outcomes = await send(t, [
    init([]),
    ['log', 'product_viewed', { product_id: 1 }],
    ['log', 'app_crashed', {}], // necessary
    init(['functional']),
    ['log', 'product_viewed', { product_id: 1 }],
    ['log', 'cart_emptied', {}],
    ['log', 'cart_emptied', {}, { consent: [] }],
    init(undefined),
    ['log', 'cart_emptied', {}],
  ]);
  assert.deepEqual(verdictsOf(outcomes), ['denied', 'accepted', 'denied', 'accepted', 'denied', 'denied']);
  assert.equal(requests.length, 2);
});

test('what is set in the environment switches off, and only that', async (t) => {
  const { url, requests } = await startServer(t);
  const off = [
    ...doNotTrackValues(true).map((value) => [{ DO_NOT_TRACK: value }, 'DO_NOT_TRACK']),
    ...['0', ' Off ', 'disabled'].map((value) => [{ SHOP_TELEMETRY: value }, 'SHOP_TELEMETRY']),
    [{ DO_NOT_TRACK: '1', SHOP_TELEMETRY: '1' }, 'DO_NOT_TRACK'],
    [{}, 'enabled: false', { enabled: false }],
  ];
  const on = [
    ...doNotTrackValues(false).map((value) => [{ DO_NOT_TRACK: value }]),
    [{ SHOP_TELEMETRY: '1', CI: 'true' }],
    [{}],
  ];
  const calls = [...off, ...on].flatMap(([env, , more]) => [
    ['env', env],
    ['init', { writeKey: 'demo', endpoint: url, consent: ['functional'], ...more }],
    ['log', 'cart_emptied', {}],
  ]);
  assert.deepEqual(
    (await send(t, calls)).map(([verdict, reason]) => [verdict, reason]),
    [...off.map(([, reason]) => ['disabled', reason]), ...on.map(() => ['accepted', ''])],
  );
  assert.equal(requests.length, on.length);
});

test('nothing throws, whatever is wrong', async (t) => {
  const { url, requests } = await startServer(t);
  const endpoints = ['http://collect.example.com', 'ftp://127.0.0.1', '', 'http://127.0.0.1.example.com', 7, null];
  const outcomes = await send(
    t,
    [
      ['log', 'note_written', { words: 1 }],
      ['init'],
      ...endpoints.flatMap((endpoint) => [
        ['init', { writeKey: 'demo', endpoint, consent: ['analytics'] }],
        ['log', 'note_written', { words: 1 }],
      ]),
      ['init', { writeKey: 'demo', endpoint: url, consent: 'analytics' }],
      ['log', 'toString', {}],
      ['log', null, {}],
      ['log', 'note_written', {}, { timestamp: 'yesterday' }],
      ['strange'],
      ['log', 'note_written', { words: 1 }, null],
    ],
    { plan: 'tiny' },
  );
  const disabled = Array(1 + endpoints.length).fill('disabled');
  assert.deepEqual(verdictsOf(outcomes), [...disabled, ...Array(6).fill('invalid'), 'accepted']);
  assert.equal(requests.length, 1);
});

test('answers are understood', async (t) => {
  const answers = [
    { status: 400, body: '{"accepted":0,"rejected":[{"index":0,"reason":"duplicate_key","path":"/properties/a"}]}' },
    { status: 400, body: 'no JSON' },
    { status: 413, body: 'null' },
    { status: 204 },
    { status: 200, body: '{' },
    { status: 302, headers: { location: 'https://elsewhere.example.com' } },
    { status: 500 },
  ];
  const { url, requests } = await startServer(t, (number) => answers[number - 1]);
  const init = ['init', { writeKey: 'demo', endpoint: url, consent: ['functional'] }];
  const log = ['log', 'cart_emptied', {}];
  const outcomes = await send(t, [init, ...Array(6).fill(log), init, log, log]);
  assert.deepEqual(
    outcomes.map(([verdict, reason]) => (verdict === 'failed' ? verdict : `${verdict} ${reason}`)),
    [
      'invalid HTTP 400: duplicate_key: /properties/a',
      'invalid HTTP 400',
      'invalid HTTP 413',
      'accepted ',
      'accepted ',
      'failed',
      'failed',
      'failed',
    ],
  );
  assert.equal(requests.length, 7); // the last call leaves the collector alone
});

test('a call waits no longer than the time-out, and then leaves the collector alone', async (t) => {
  const { url, requests } = await startServer(t, () => ({ never: true }));
  const outcomes = await send(t, [
    ['init', { writeKey: 'demo', endpoint: url, consent: ['functional'], timeoutMs: 300 }],
    ['log', 'cart_emptied', {}],
    ['log', 'cart_emptied', {}],
    ['init', { writeKey: 'demo', endpoint: url, consent: ['functional'], timeoutMs: 300 }],
    ['many', 60, 'cart_emptied', {}],
  ]);
  assert.deepEqual(outcomes[0].slice(0, 2), ['failed', 'no answer in time']);
  assert.ok(outcomes[0][2] >= 0.25 && outcomes[0][2] < 1.5, `${outcomes[0][2]} s`);
  assert.ok(outcomes[1][2] < 0.25, `${outcomes[1][2]} s`);
  assert.deepEqual(outcomes[2][0], { failed: 32, queue_full: 28 });
  assert.equal(requests.length, 33);
});
