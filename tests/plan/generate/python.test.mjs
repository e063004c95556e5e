// track.py under mypy, and against a server.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { doNotTrackValues, makeWorkspace, markedLines, run, startServer } from './workspace.mjs';

// What mypy knows of Python's own library it learns once for all runs.
const cache = mkdtempSync(join(tmpdir(), 'waymark-mypy-'));
test.after(() => rmSync(cache, { recursive: true, force: true }));

const mypy = (cwd, files) =>
  run('mypy', ['--strict', '--python-version', '3.9', '--no-color-output', '--cache-dir', cache, ...files], { cwd });

test('right uses pass mypy', async (t) => {
  const cwd = makeWorkspace(t, 'shop/python', { 'good.py': 'good.py' });
  const { stdout, status } = await mypy(cwd, ['good.py', 'track.py']);
  assert.match(stdout, /^Success/);
  assert.equal(status, 0);
});

test('mypy refuses each wrong use where it stands', async (t) => {
  const cwd = makeWorkspace(t, 'shop/python', { 'wrong.py': 'wrong.py' });
  const wrong = markedLines(readFileSync(join(cwd, 'wrong.py'), 'utf8'), '# wrong:');
  assert.ok(wrong.length >= 20);
  const { stdout } = await mypy(cwd, ['wrong.py']);
  const found = new Set([...stdout.matchAll(/^(\S+?):(\d+): error/gm)].map(([, file, line]) => `${file}:${line}`));
  assert.deepEqual(
    [...found],
    wrong.map(([line]) => `wrong.py:${line}`),
    stdout,
  );
});

for (const plan of ['tiny', 'nasty']) {
  test(`the modules of the plan ${plan} pass mypy and run`, async (t) => {
    for (const [generated, name] of [
      ['python', 'track'],
      ['python_ping', 'ping'],
    ]) {
      const cwd = makeWorkspace(t, `${plan}/${generated}`, {});
      const { stdout, status } = await mypy(cwd, [`${name}.py`]);
      assert.equal(status, 0, stdout);
      const { stderr, status: imported } = await run('python3', ['-W', 'error', '-c', `import ${name}`], { cwd });
      assert.equal(stderr, '');
      assert.equal(imported, 0);
    }
  });
}

/** Runs send.py; the calls' outcomes as [verdict, reason, seconds]. */
async function send(t, calls, { env, plan = 'shop' } = {}) {
  const cwd = makeWorkspace(t, `${plan}/python`, { 'send.py': 'send.py' });
  const input = calls.map((call) => `${JSON.stringify(call)}\n`).join('');
  const { stdout, stderr, status, ms } = await run('python3', ['-W', 'error', 'send.py'], { cwd, env, input });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return {
    outcomes: stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    ms,
  };
}

const verdictsOf = ({ outcomes }) => outcomes.map(([verdict]) => verdict);

for (const call of ['log', 'log_async']) {
  test(`${call} posts the event with all that is known of it`, async (t) => {
    const { url, requests } = await startServer(t);
    const details = { user_id: 'u', anonymous_id: 'a', event_id: '0192e6a4-0000-7000-8000-000000000000' };
    const sent = await send(t, [
      ['init', { write_key: 'demo', endpoint: `${url}/base/`, consent: ['analytics'], app_version: '1.2' }],
      [call, 'product_viewed', { product_id: 'é😀"', category: { title: 'a' } }, details],
      [call, 'cart_emptied', null, { consent: ['functional'] }],
    ]);
    assert.deepEqual(verdictsOf(sent), ['accepted', 'accepted']);
    assert.deepEqual(
      requests.map(({ method, url }) => `${method} ${url}`),
      ['POST /base/event', 'POST /base/event'],
    );
    assert.equal(requests[0].headers['content-type'], 'text/plain');
    const [first, second] = requests.map(({ body }) => JSON.parse(body));
    assert.ok(Math.abs(Date.parse(first.timestamp) - Date.now()) < 10_000);
    assert.match(first.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    delete first.timestamp;
    assert.deepEqual(first, {
      write_key: 'demo',
      event_id: details.event_id,
      event_name: 'product_viewed',
      consent: ['analytics'],
      plan_version: 3,
      sdk: { name: 'waymark-python', version: '1' },
      properties: { product_id: 'é😀"', category: { title: 'a' } },
      app_version: '1.2',
      user_id: 'u',
      anonymous_id: 'a',
    });
    assert.match(second.event_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(second.properties, {});
    assert.deepEqual(second.consent, ['functional']);
    assert.equal('user_id' in second, false);
  });
}

test('without consent to its purpose an event stays here', async (t) => {
  const { url, requests } = await startServer(t);
  const init = (consent) => ['init', { write_key: 'demo', endpoint: url, consent }];
  const sent = await send(t, [
    init([]),
    ['log', 'product_viewed', { product_id: 1 }],
    ['log', 'app_crashed', {}], // necessary
    init(['functional', 'marketing']),
    ['log', 'product_viewed', { product_id: 1 }],
    ['log', 'cart_emptied', {}],
    ['log', 'product_viewed', { product_id: 1 }, { consent: ['analytics'] }],
    ['log', 'cart_emptied', {}, { consent: [] }],
  ]);
  assert.deepEqual(verdictsOf(sent), ['denied', 'accepted', 'denied', 'accepted', 'accepted', 'denied']);
  assert.equal(requests.length, 3);
});

test('what is set in the environment switches off, and only that', async (t) => {
  const { url, requests } = await startServer(t);
  const off = [
    ...doNotTrackValues(true).map((value) => [{ DO_NOT_TRACK: value }, 'DO_NOT_TRACK']),
    ...['0', ' False ', 'OFF', 'disabled'].map((value) => [{ SHOP_TELEMETRY: value }, 'SHOP_TELEMETRY']),
    // What is off stays off whatever the product's own variable says.
    [{ DO_NOT_TRACK: '1', SHOP_TELEMETRY: '1' }, 'DO_NOT_TRACK'],
    [{}, 'enabled=False', { enabled: false }],
  ];
  const on = [
    ...doNotTrackValues(false).map((value) => [{ DO_NOT_TRACK: value }]),
    [{ SHOP_TELEMETRY: '1', CI: 'true' }],
    [{}],
  ];
  const calls = [...off, ...on].flatMap(([env, , more]) => [
    ['env', env],
    ['init', { write_key: 'demo', endpoint: url, consent: ['functional'], ...more }],
    ['log', 'cart_emptied', {}],
  ]);
  const { outcomes } = await send(t, calls);
  assert.deepEqual(
    outcomes.map(([verdict, reason]) => [verdict, reason]),
    [...off.map(([, reason]) => ['disabled', reason]), ...on.map(() => ['accepted', ''])],
  );
  assert.equal(requests.length, on.length);
  // And when it is set before the module is loaded.
  const fresh = await send(t, calls.slice(1, 3), { env: { DO_NOT_TRACK: '1' } });
  assert.deepEqual(fresh.outcomes[0].slice(0, 2), ['disabled', 'DO_NOT_TRACK']);
});

test('endpoints that are neither https nor this machine are refused', async (t) => {
  const calls = [
    'http://collect.example.com',
    'ftp://127.0.0.1',
    '',
    'http://127.0.0.1.example.com',
    'https://',
    7,
    'http://[x',
  ].flatMap((endpoint) => [
    ['init', { write_key: 'demo', endpoint, consent: ['functional'] }],
    ['log', 'cart_emptied', {}],
  ]);
  assert.deepEqual([...new Set(verdictsOf(await send(t, calls)))], ['disabled']);
});

test('nothing is raised, whatever is wrong', async (t) => {
  const { url, requests } = await startServer(t);
  const sent = await send(
    t,
    [
      ['log', 'note_written', { words: 1 }],
      ['init', { write_key: 'demo', endpoint: url, consent: 'analytics' }],
      ['log', 'unknown_event', {}],
      ['log', ['no', 'name'], {}],
      ['strange'],
    ],
    { plan: 'tiny' },
  );
  assert.deepEqual(
    sent.outcomes.map((outcome) => (Array.isArray(outcome) ? outcome[0] : outcome)),
    ['disabled', 'invalid', 'failed', ...Array(5).fill('invalid')],
  );
  assert.equal(requests.length, 0);
});

test('answers are understood', async (t) => {
  const answers = [
    { status: 400, body: '{"accepted":0,"rejected":[{"index":0,"reason":"duplicate_key","path":"/properties/a"}]}' },
    { status: 400, body: 'no JSON' },
    { status: 413, body: '[1]' },
    { status: 204 },
    { status: 429, headers: { 'retry-after': '30' }, body: '{"error":"rate_limited"}' },
  ];
  const { url, requests } = await startServer(t, (number) => answers[number - 1]);
  const log = ['log', 'cart_emptied', {}];
  const { outcomes } = await send(t, [
    ['init', { write_key: 'demo', endpoint: url, consent: ['functional'] }],
    ...Array(6).fill(log),
  ]);
  assert.deepEqual(
    outcomes.map(([verdict, reason]) => `${verdict} ${reason}`),
    [
      'invalid HTTP 400: duplicate_key: /properties/a',
      'invalid HTTP 400',
      'invalid HTTP 413',
      'accepted ',
      'rate_limited HTTP 429: rate_limited',
      'failed the collector failed before; it is tried again later',
    ],
  );
  assert.equal(requests.length, 5);
});

test('strict raises', async (t) => {
  const cwd = makeWorkspace(t, 'tiny/python', {});
  const script = `import track
track.init(write_key="demo", endpoint="https://collect.example.com", consent=[], strict=True)
try:
    track.log_event("typo", {})
except track.TrackingError as problem:
    print(problem)
print(track.log_event("note_written", {"words": 1}).verdict)`;
  const { stdout, stderr } = await run('python3', ['-c', script], { cwd });
  assert.equal(stderr, '');
  assert.equal(stdout, 'invalid: the plan has no event of this name\ndenied\n');
});

for (const call of ['log', 'log_async']) {
  test(`${call} waits no longer than the time-out, and then leaves the collector alone`, async (t) => {
    const { url, requests } = await startServer(t, () => ({ never: true }));
    const { outcomes, ms } = await send(t, [
      ['init', { write_key: 'demo', endpoint: url, consent: ['functional'], timeout_s: 0.3 }],
      [call, 'cart_emptied', {}],
      [call, 'cart_emptied', {}],
    ]);
    assert.deepEqual(
      outcomes.map(([verdict]) => verdict),
      ['failed', 'failed'],
    );
    assert.ok(outcomes[0][2] >= 0.25 && outcomes[0][2] < 1.5, `${outcomes[0][2]} s`);
    assert.ok(outcomes[1][2] < 0.25, `${outcomes[1][2]} s`);
    assert.equal(requests.length, 1);
    assert.ok(ms < 5000, `the process took ${ms} ms to end`);
  });
}

test('a collector that is not there fails at once', async (t) => {
  const { url, close } = await startServer(t);
  await close();
  const { outcomes } = await send(t, [
    ['init', { write_key: 'demo', endpoint: url, consent: ['functional'] }],
    ['log', 'cart_emptied', {}],
  ]);
  assert.equal(outcomes[0][0], 'failed');
  assert.match(outcomes[0][1], /^ConnectionRefusedError/);
});

for (const call of ['many', 'many_async']) {
  test(`${call}: no more than 32 events are under way`, async (t) => {
    const { url, requests } = await startServer(t, () => ({ never: true }));
    const { outcomes } = await send(t, [
      ['init', { write_key: 'demo', endpoint: url, consent: ['functional'], timeout_s: 3 }],
      [call, 60, 'cart_emptied', {}],
    ]);
    assert.deepEqual(outcomes[0][0], { failed: 32, queue_full: 28 });
    assert.equal(requests.length, 32);
  });
}

test('a module of Python 3.9 needs nothing newer', async (t) => {
  // Names that came later and would only fail when they are reached.
  const cwd = makeWorkspace(t, 'shop/python', {});
  const text = readFileSync(join(cwd, 'track.py'), 'utf8');
  for (const late of [
    'NotRequired',
    'TypeAlias',
    'asyncio.timeout',
    'asyncio.TaskGroup',
    'ExceptionGroup',
    'match ',
    'datetime.UTC',
  ]) {
    assert.equal(text.includes(late), false, late);
  }
  writeFileSync(join(cwd, 'parse.py'), 'import ast\nast.parse(open("track.py").read(), feature_version=(3, 9))\n');
  assert.equal((await run('python3', ['parse.py'], { cwd })).status, 0);
});
