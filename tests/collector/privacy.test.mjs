// What must not be known does not reach the disk; what a project allowed on purpose does.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeDirectory, post, run, startCollector } from './collector_process.mjs';

const event = {
  event_name: 'search_done',
  properties: {
    full_name: 'Ada Lovelace',
    postcode: 'N1 9GU',
    note: 'postcode: see above',
    password: 'hunter2',
    landing_url: 'https://shop.example/s?q=boots&page=2&session=abc&utm_source=news#top',
  },
};

test('without flags the default rules stand', async (t) => {
  const { url } = await startCollector(t);
  assert.equal((await post(url, { events: [event] })).answer.accepted, 1);
  const [{ properties }] = await list(url);
  assert.equal(properties.full_name, '[personal]');
  assert.equal(properties.postcode, '[personal]');
  assert.equal(properties.password, '[secret]');
  assert.equal(properties.landing_url, 'https://shop.example/s?utm_source=news');
});

test('--url-parameter and --allowed-key keep what a tracker was allowed to send', async (t) => {
  const args = [
    '--url-parameter',
    'q',
    '--url-parameter',
    'page',
    '--allowed-key',
    'full_name',
    '--allowed-key',
    'home_email',
  ];
  const { url } = await startCollector(t, { args });
  const sent = {
    ...event,
    properties: { ...event.properties, home_email: 'ada@shop.example', nested: { full_name: ['Ada'] } },
  };
  await post(url, {
    context: { page: { url: 'https://shop.example/?page=3&token=x', full_name: 'Ada' } },
    events: [sent],
  });
  const [{ properties, context }] = await list(url);
  assert.equal(properties.full_name, 'Ada Lovelace');
  assert.deepEqual(properties.nested, { full_name: ['Ada'] });
  assert.equal(properties.landing_url, 'https://shop.example/s?q=boots&page=2&utm_source=news');
  assert.deepEqual(context, { page: { url: 'https://shop.example/?page=3', full_name: 'Ada' } });
  assert.equal(properties.postcode, '[personal]', 'a name that is not given is not allowed');
  assert.equal(properties.home_email, '[email]', 'the detectors look at allowed keys too');
  assert.equal(properties.password, '[secret]');
  await post(url, '{"events":[{"event_name":"a_b","properties":{"full_name":"Ada","postcode":"N1","x":tru}}]}');
  const [{ raw }] = await list(url, { listing: 'rejected' });
  assert.equal(raw, '{"event_name":"a_b","properties":{"full_name":"Ada","postcode":"[personal]","x":tru}}');
});

test('names that cannot be allowed are refused at the start', async (t) => {
  const data = makeDirectory(t);
  const wrong = [
    [['--allowed-key', 'password'], /secret/],
    [['--allowed-key', 'apiKey'], /secret/],
    [['--allowed-key', 'a"b'], /--allowed-key takes a name/],
    [['--allowed-key', 'k'.repeat(129)], /--allowed-key takes a name/],
    [['--url-parameter', ''], /--url-parameter takes a name/],
    [['--url-parameter', 'a\\b'], /--url-parameter takes a name/],
    [
      Array.from({ length: 33 }, (_, i) => ['--url-parameter', `p${i}`]).flat(),
      /--url-parameter is given more than 32 times/,
    ],
    [
      Array.from({ length: 33 }, (_, i) => ['--allowed-key', `k${i}`]).flat(),
      /--allowed-key is given more than 32 times/,
    ],
  ];
  for (const [flags, words] of wrong) {
    const { status, stderr } = await run(['collect', '--listen', '127.0.0.1:0', '--data', data, ...flags]);
    assert.equal(status, 2, flags.join(' '));
    assert.match(stderr, words);
    assert.match(stderr, /^waymark collect: [^\n]+\n$/);
  }
});

test('no string of a batch escapes, wherever it stands, and nothing of it is in the files', async (t) => {
  const { url, data, kill } = await startCollector(t);
  const mail = 'ada.lovelace@shop.example';
  const batch = {
    instance_id: `i-${mail}`,
    session_id: mail,
    anonymous_id: mail,
    user_id: mail,
    app_version: mail,
    plan_version: mail,
    consent: [mail],
    sdk: { name: mail },
    context: { page: { title: mail, referrer: `https://other.example/?m=${mail}` } },
    events: [
      {
        event_name: 'form_sent',
        sequence: 1,
        timestamp: '2024-11-14T10:23:45Z',
        purpose: mail,
        properties: { deep: [{ text: `to ${mail}` }] },
      },
      { event_name: mail, sequence: 2 },
      `bad ${mail}`,
      { event_name: 'bad_one', properties: 5, password: 'hunter2', other: mail },
      { event_name: 'bad_path', properties: { [mail]: { token: 'hunter2' }, list: 'x'.repeat(9000) } },
      { event_name: 'bad_time', timestamp: mail },
    ],
    client_reports: [
      { sequence: 3, reason: 'expired', purpose: mail, count: 1 },
      { reason: mail, count: 1 },
    ],
    metrics: [{ sequence: 4, name: mail }],
  };
  const escaped = JSON.stringify(batch).replaceAll('@', '\\u0040');
  for (const body of [JSON.stringify(batch), escaped]) {
    const { status, answer } = await post(url, body);
    assert.equal(status, 200);
    assert.equal(answer.rejected.length, 4);
  }
  const [row] = await list(url);
  assert.equal(row.user_id, '[email]');
  assert.deepEqual(row.consent, ['[email]']);
  assert.equal(row.app_version, '[email]');
  assert.equal((await list(url)).length, 3, 'the redelivery of what has an id is known by it all the same');
  const answers = await Promise.all(['events', 'rejected', 'reports'].map((listing) => list(url, { listing })));
  assert.doesNotMatch(JSON.stringify(answers), /lovelace|hunter2/i);
  await kill('SIGTERM');
  assert.deepEqual(
    readdirSync(data).sort(),
    ['collector.lock', 'events.db'],
    'the log is folded into the file at the end',
  );
  const bytes = readFileSync(join(data, 'events.db'), 'latin1');
  assert.match(bytes, /form_sent/);
  assert.doesNotMatch(bytes, /lovelace|hunter2/i);
});

test('a version is not taken for an address', async (t) => {
  const { url } = await startCollector(t);
  await post(url, { app_version: '10.20.30.40', plan_version: '1.2.3.4', events: [{ event_name: 'app_opened' }] });
  const [row] = await list(url);
  assert.equal(row.app_version, '10.20.30.40');
  assert.equal(row.plan_version, '1.2.3.4');
});
