// Who may send, who may read, and what a browser is told.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeBatch, makeDirectory, post, run, startCollector } from './collector_process.mjs';

test('without keys only a loopback address is accepted', async (t) => {
  const data = makeDirectory(t);
  for (const listen of ['0.0.0.0:0', '[::]:0', '192.0.2.1:0']) {
    const { status, stderr } = await run(['collect', '--listen', listen, '--data', data]);
    assert.equal(status, 2);
    assert.match(stderr, /^waymark collect: .*--write-key.*\n$/);
  }
});

test('arguments that make no sense end with status 2 and one line', async (t) => {
  const data = makeDirectory(t);
  const wrong = [
    [],
    ['collect'],
    ['collect', '--data', data, '--listen', 'nowhere'],
    ['collect', '--data', data, '--listen', '127.0.0.1:99999'],
    ['collect', '--data', data, '--site', join(data, 'missing')],
    ['collect', '--data', data, '--write-key-file', join(data, 'missing')],
    ['collect', '--data', data, '--events-per-second', '-1'],
    ['collect', '--data', '/proc/no/such/place', '--listen', '127.0.0.1:0'],
    ['collect', '--data', data, '--no-such-flag'],
  ];
  for (const args of wrong) {
    const { status, stderr, stdout } = await run(args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, /^waymark[^\n]+\n$/, args.join(' '));
    assert.equal(stdout, '');
  }
  assert.equal((await run(['--help'])).status, 0);
  assert.equal((await run(['collect', '--help'])).status, 0);
  assert.match((await run(['--version'])).stdout, /^waymark \S+\n$/);
});

test('a second collector on the same directory or port is refused', async (t) => {
  const { url, data } = await startCollector(t);
  const again = await run(['collect', '--listen', '127.0.0.1:0', '--data', data]);
  assert.equal(again.status, 2);
  assert.match(again.stderr, /in use by another collector/);
  const samePort = await run(['collect', '--listen', url.slice(7), '--data', makeDirectory(t)]);
  assert.equal(samePort.status, 2);
  assert.match(samePort.stderr, /cannot listen/);
});

test('a store that is no store is left alone and named', async (t) => {
  const data = makeDirectory(t);
  const file = join(data, 'events.db');
  writeFileSync(file, 'this is not a database, '.repeat(100));
  const { status, stderr } = await run(['collect', '--listen', '127.0.0.1:0', '--data', data]);
  assert.equal(status, 2);
  assert.match(stderr, /^waymark collect: [^\n]*events\.db[^\n]*\n$/);
  assert.equal(readFileSync(file, 'utf8'), 'this is not a database, '.repeat(100));
});

test('what is stored is for its owner alone', async (t) => {
  const { url, data } = await startCollector(t);
  await post(url, makeBatch());
  const names = readdirSync(data);
  assert.ok(names.includes('events.db') && names.includes('events.db-wal'), names.join(' '));
  for (const name of names) assert.equal(statSync(join(data, name)).mode & 0o077, 0, name);
});

test('write keys from arguments and from a file', async (t) => {
  const directory = makeDirectory(t);
  const file = join(directory, 'keys');
  writeFileSync(file, '# our sites\n\nfrom-file \nother\n');
  const { url } = await startCollector(t, { args: ['--write-key', 'given', '--write-key-file', file] });
  for (const key of ['given', 'from-file', 'other']) {
    assert.equal((await post(url, { write_key: key, events: [] })).status, 200, key);
    assert.equal((await post(url, { write_key: key, event: 'a_b' }, { path: '/event' })).status, 200, key);
  }
  for (const body of [
    '{"events":[]}',
    '{"write_key":"giveN","events":[]}',
    '{"write_key":"","events":[]}',
    '{"write_key":null,"events":[]}',
  ]) {
    const { status, answer } = await post(url, body);
    assert.equal(status, 401, body);
    assert.equal(answer.error, 'bad_write_key');
  }
});

test('reading wants the read key', async (t) => {
  const directory = makeDirectory(t);
  writeFileSync(join(directory, 'read'), 'secret\n');
  const { url } = await startCollector(t, { args: ['--read-key-file', join(directory, 'read')] });
  await post(url, makeBatch());
  for (const path of ['/api/events', '/api/rejected', '/api/reports', '/api/live', '/live']) {
    assert.equal((await fetch(url + path)).status, 401, path);
    assert.equal((await fetch(`${url}${path}?key=Secret`)).status, 401, path);
    assert.equal((await fetch(url + path, { headers: { authorization: 'Bearer wrong!' } })).status, 401, path);
    for (const options of [
      [`${url}${path}?key=secret`],
      [url + path, { headers: { authorization: 'bearer secret' } }],
    ]) {
      const abort = new AbortController();
      assert.equal((await fetch(options[0], { ...options[1], signal: abort.signal })).status, 200, path);
      abort.abort();
    }
  }
  assert.equal((await list(url, { key: 'secret' })).length, 1);
  assert.equal((await fetch(`${url}/healthz`)).status, 200, 'health needs no key');
});

function getWithHost(url, path, host) {
  return new Promise((done, fail) => {
    request(url + path, { headers: { host } }, (response) => (response.resume(), done(response.statusCode)))
      .on('error', fail)
      .end();
  });
}

test('without a read key only this machine may read, by its own names', async (t) => {
  const { url } = await startCollector(t);
  for (const host of ['localhost', 'localhost:8787', '127.0.0.1:1', '[::1]:8787']) {
    assert.equal(await getWithHost(url, '/api/events', host), 200, host);
  }
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '[::1].evil.example']) {
    assert.equal(await getWithHost(url, '/api/events', host), 403, host);
    assert.equal(await getWithHost(url, '/live', host), 403, host);
  }
  const open = await startCollector(t, { listen: '0.0.0.0:0', args: ['--write-key', 'k'] });
  const response = await fetch(`${open.url.replace('0.0.0.0', '127.0.0.1')}/api/events`);
  assert.equal(response.status, 403);
  assert.equal((await response.json()).error, 'no_read_key');
});

test('a page of any origin may send, none may read', async (t) => {
  const { url } = await startCollector(t, { args: ['--write-key', 'k', '--tool', 'cli'] });
  for (const path of ['/api/analytics/batch', '/api/analytics', '/event', '/t']) {
    const preflight = await fetch(url + path, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    assert.equal(preflight.status, 204, path);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.match(preflight.headers.get('access-control-allow-methods'), path === '/t' ? /GET/ : /POST/);
    assert.match(preflight.headers.get('access-control-allow-headers'), /content-type/i);
    assert.ok(Number(preflight.headers.get('access-control-max-age')) > 0);
    assert.equal(preflight.headers.get('access-control-allow-credentials'), null);
  }
  for (const body of [{ write_key: 'k', events: [] }, { write_key: 'wrong', events: [] }, '{']) {
    const { headers } = await post(url, body, { headers: { origin: 'https://shop.example' } });
    assert.equal(headers.get('access-control-allow-origin'), '*');
    assert.equal(headers.get('access-control-expose-headers'), 'Retry-After');
  }
  assert.equal((await fetch(`${url}/api/events`)).headers.get('access-control-allow-origin'), null);
});

test('every content type is taken', async (t) => {
  const { url } = await startCollector(t);
  let first = 1;
  for (const type of [
    'text/plain;charset=UTF-8',
    'application/json',
    'application/x-www-form-urlencoded',
    'image/gif',
  ]) {
    const { answer } = await post(url, makeBatch({ first: first++ }), { headers: { 'content-type': type } });
    assert.equal(answer.accepted, 1, type);
  }
});

test('wrong methods and paths are told apart', async (t) => {
  const { url } = await startCollector(t);
  const get = await fetch(`${url}/api/analytics/batch`);
  assert.equal(get.status, 405);
  assert.equal(get.headers.get('allow'), 'POST, OPTIONS');
  assert.equal((await fetch(`${url}/healthz`, { method: 'DELETE' })).status, 405);
  const missing = await fetch(`${url}/no/such/path`);
  assert.equal(missing.status, 404);
  assert.equal((await missing.json()).error, 'not_found');
  assert.equal((await fetch(`${url}/%zz`)).status, 400);
  const root = await fetch(url, { redirect: 'manual' });
  assert.deepEqual([root.status, root.headers.get('location')], [303, '/live']);
});
