// track.go: formatted, vetted, and against a server.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { assertMarked, example } from './documentation.mjs';
import { doNotTrackValues, here, makeWorkspace, markedLines, run, startServer } from './workspace.mjs';

// No network: the module has no dependencies.
const env = { GOFLAGS: '-mod=mod', GOPROXY: 'off', GO111MODULE: 'on', GOTOOLCHAIN: 'local' };

/** A module with the generated package in a folder of its name, and a main program. */
function makeModule(t, generated, name, main) {
  const cwd = makeWorkspace(t, generated, {});
  mkdirSync(join(cwd, name));
  renameSync(join(cwd, `${name}.go`), join(cwd, name, `${name}.go`));
  writeFileSync(join(cwd, 'go.mod'), 'module example.com/app\n\ngo 1.18\n');
  if (main) cpSync(join(here, 'cases', main), join(cwd, 'main.go'));
  return cwd;
}

for (const plan of ['shop', 'tiny', 'nasty']) {
  for (const [generated, name] of [
    ['go', 'track'],
    ['go_ping', 'ping'],
  ]) {
    test(`the package ${name} of the plan ${plan} is formatted, compiles and passes vet`, async (t) => {
      const cwd = makeModule(t, `${plan}/${generated}`, name);
      const formatted = await run('gofmt', ['-l', '.'], { cwd });
      assert.deepEqual([formatted.stdout, formatted.stderr, formatted.status], ['', '', 0]);
      const vetted = await run('go', ['vet', './...'], { cwd, env });
      assert.deepEqual([vetted.stdout, vetted.stderr, vetted.status], ['', '', 0]);
    });
  }
}

test('each wrong use is refused where it stands', async (t) => {
  const cwd = makeModule(t, 'shop/go', 'track', 'wrong_go.go');
  const wrong = markedLines(readFileSync(join(cwd, 'main.go'), 'utf8'), '// wrong:');
  assert.ok(wrong.length >= 10);
  const { stderr } = await run('go', ['build', '-gcflags=-e', '-o', 'app', '.'], { cwd, env });
  const found = new Set([...stderr.matchAll(/main\.go:(\d+):/g)].map(([, line]) => Number(line)));
  assert.deepEqual(
    [...found].sort((a, b) => a - b),
    wrong.map(([line]) => line),
    stderr,
  );
});

test('events are sent, refused and answered', async (t) => {
  const cwd = makeModule(t, 'shop/go', 'track', 'send_go.go');
  const built = await run('go', ['build', '-o', 'app', '.'], { cwd, env });
  assert.equal(built.stderr, '');

  const send = async (calls, more = {}) => {
    const input = calls.map((call) => `${JSON.stringify({ Times: 1, ...call })}\n`).join('');
    const { stdout, stderr, status } = await run('./app', [], { cwd, env: more, input });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const verdictsOf = (outcomes) => outcomes.map(([verdict]) => verdict);
  const make = (url, more) => ({
    Call: 'new',
    Options: { WriteKey: 'demo', Endpoint: url, Consent: ['analytics', 'functional'], ...more },
  });
  const log = (Event, more) => ({ Call: 'log', Event, ...more });

  await t.test('with all that is known of them', async (t) => {
    const { url, requests } = await startServer(t);
    const Details = { UserID: 'u', AnonymousID: 'a', EventID: 'id', Timestamp: '2024-11-14T10:23:45.123456+01:00' };
    const outcomes = await send([
      make(`${url}/base/`, { AppVersion: '1.2' }),
      log('small', { Details }),
      log('large'),
      log('view'),
      log('cart'),
    ]);
    assert.deepEqual(verdictsOf(outcomes), Array(4).fill('accepted'));
    assert.deepEqual(
      requests.map(({ method, url }) => `${method} ${url}`),
      Array(4).fill('POST /base/event'),
    );
    assert.equal(requests[0].headers['content-type'], 'text/plain');
    const [small, large, view, cart] = requests.map(({ body }) => JSON.parse(body));
    assert.deepEqual(small, {
      write_key: 'demo',
      event_id: 'id',
      event_name: 'checkout_completed',
      timestamp: '2024-11-14T09:23:45.123Z',
      user_id: 'u',
      anonymous_id: 'a',
      consent: ['analytics', 'functional'],
      plan_version: 3,
      app_version: '1.2',
      sdk: { name: 'waymark-go', version: '1' },
      properties: { order_id: 'a"\u2028<é😀', order_value: 1.5, currency: 'EUR' },
    });
    assert.match(requests[1].body, /"item_count":9223372036854775807,/);
    delete large.properties.item_count;
    assert.deepEqual(large.properties, {
      order_id: 'o',
      order_value: -0.25,
      currency: 'USD',
      is_gift: false,
      coupon: 'c',
      payment: 'card',
      items: [
        { sku: 's', price: 2, options: { size: 'XL' } },
        { sku: '', price: 0 },
      ],
      shipping: { country: 'DE' },
      note: [1, null, 'x'],
    });
    assert.deepEqual(view.properties, {
      product_id: 7,
      category: { title: 'a', inside: [{ title: 'b' }] },
      size: [1, 2.5],
      rating: 5,
    });
    assert.deepEqual(cart.properties, {});
    assert.match(cart.event_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.ok(Math.abs(Date.parse(cart.timestamp) - Date.now()) < 10_000);
  });

  await t.test('not without consent', async (t) => {
    const { url, requests } = await startServer(t);
    const outcomes = await send([
      make(url, { Consent: null }),
      log('cart'),
      log('crash'), // necessary
      log('cart', { Details: { Consent: ['functional'] } }),
      make(url),
      log('cart', { Details: { Consent: [] } }),
    ]);
    assert.deepEqual(verdictsOf(outcomes), ['denied', 'accepted', 'accepted', 'denied']);
    assert.equal(requests.length, 2);
  });

  await t.test('not where they are switched off', async (t) => {
    const { url, requests } = await startServer(t);
    const tried = async (more, options) => (await send([make(url, options), log('cart')], more))[0].slice(0, 2);
    for (const value of doNotTrackValues(true)) {
      assert.deepEqual(await tried({ DO_NOT_TRACK: value }), ['disabled', 'DO_NOT_TRACK'], value);
    }
    for (const value of ['0', ' Off ', 'disabled']) {
      assert.deepEqual(await tried({ SHOP_TELEMETRY: value }), ['disabled', 'SHOP_TELEMETRY'], value);
    }
    assert.deepEqual(await tried({}, { Disabled: true }), ['disabled', 'Options.Disabled']);
    for (const Endpoint of ['http://collect.example.com', '', 'https://', 'http://127.0.0.1.example.com', '%']) {
      assert.equal((await tried({}, { Endpoint }))[0], 'disabled');
    }
    assert.deepEqual(verdictsOf(await send([log('cart')])), ['disabled']); // no client
    assert.equal(requests.length, 0);
    for (const value of doNotTrackValues(false)) {
      assert.deepEqual(await tried({ DO_NOT_TRACK: value }), ['accepted', ''], value);
    }
  });

  await t.test('not when they are no JSON or lack a value that has no zero', async (t) => {
    const { url, requests } = await startServer(t);
    const outcomes = await send([make(url), log('unset'), log('nan'), log('no'), log('nobody')]);
    assert.deepEqual(verdictsOf(outcomes), Array(4).fill('invalid'));
    assert.match(outcomes[0][1], /Currency is not set/);
    assert.equal(requests.length, 0);
  });

  await t.test('and the answer is understood', async (t) => {
    const answers = [
      { status: 400, body: '{"accepted":0,"rejected":[{"index":0,"reason":"duplicate_key","path":"/properties/a"}]}' },
      { status: 400, body: 'no JSON' },
      { status: 413, body: '{"error":"body_too_large","message":"send less"}' },
      { status: 204 },
      { status: 302, headers: { location: 'https://elsewhere.example.com' } },
    ];
    const { url, requests } = await startServer(t, (number) => answers[number - 1]);
    const outcomes = await send([make(url), ...Array(6).fill(log('cart'))]);
    assert.deepEqual(
      outcomes.map(([verdict, reason]) => `${verdict} ${reason}`),
      [
        'invalid HTTP 400: duplicate_key: /properties/a',
        'invalid HTTP 400',
        'invalid HTTP 413: body_too_large: send less',
        'accepted ',
        'failed HTTP 302',
        'failed the collector failed before; it is tried again later',
      ],
    );
    assert.equal(requests.length, 5);
  });

  await t.test('in bounded time and number', async (t) => {
    const { url, requests } = await startServer(t, () => ({ never: true }));
    const Timeout = 300_000_000; // nanoseconds
    const outcomes = await send([
      make(url, { Timeout }),
      log('cart'),
      log('cart'),
      make(url, { Timeout }),
      log('cart', { Times: 60 }),
      make(url),
      log('cart', { Cancel: true }),
    ]);
    assert.deepEqual(outcomes[0].slice(0, 2), ['failed', 'no answer in time']);
    assert.ok(outcomes[0][2] >= 0.25 && outcomes[0][2] < 1.5, `${outcomes[0][2]} s`);
    assert.ok(outcomes[1][2] < 0.25, `${outcomes[1][2]} s`);
    assert.deepEqual(outcomes[2][3], { failed: 32, queue_full: 28 });
    assert.ok(outcomes[3][2] < 0.25 && outcomes[3][0] === 'failed');
    assert.equal(requests.length, 33);
  });
});

test('the example of the ping package compiles', async (t) => {
  const cwd = makeModule(t, 'shop/go_ping', 'ping');
  const source = readFileSync(join(cwd, 'ping/ping.go'), 'utf8');
  const example = /^\/\/\tfunc main[\s\S]*?^\/\/\t}\n/m.exec(source)[0].replaceAll(/^\/\/\t/gm, '');
  writeFileSync(
    join(cwd, 'main.go'),
    `package main\n\nimport (\n\t"fmt"\n\t"os"\n\n\t"example.com/app/ping"\n)\n\n${example}`,
  );
  const vetted = await run('go', ['vet', '.'], { cwd, env });
  assert.deepEqual([vetted.stderr, vetted.status], ['', 0]);
  rmSync(join(cwd, 'main.go'));
});

test('the example of the documentation is refused where it says', async (t) => {
  const cwd = makeModule(t, 'shop/go', 'track');
  const head = ['package main', 'import ("context"; "fmt"; "example.com/app/track")', 'func main() {'];
  head.push('ctx := context.Background()');
  writeFileSync(join(cwd, 'main.go'), `${head.join('\n')}\n${example('go')}}\n`);
  const { stderr } = await run('go', ['build', '-gcflags=-e', '-o', 'app', '.'], { cwd, env });
  const found = [...stderr.matchAll(/main\.go:(\d+):\d+: (.*)/g)];
  assertMarked(
    example('go'),
    found.map(([, line, message]) => [Number(line) - head.length, message]),
  );
});
