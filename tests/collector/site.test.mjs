import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { makeDirectory, post, makeBatch, startCollector } from './collector_process.mjs';

function makeSite(t) {
  const directory = makeDirectory(t);
  const site = join(directory, 'site');
  mkdirSync(join(site, 'shop'), { recursive: true });
  writeFileSync(join(directory, 'secret.txt'), 'secret');
  mkdirSync(join(directory, 'site-other'));
  writeFileSync(join(directory, 'site-other', 'x.txt'), 'secret');
  writeFileSync(join(site, 'index.html'), '<h1>home</h1>');
  writeFileSync(join(site, 'shop', 'index.html'), '<h1>shop</h1>');
  writeFileSync(join(site, 'track.js'), 'export {};');
  writeFileSync(join(site, 'track.wasm'), '\0asm');
  writeFileSync(join(site, '.hidden'), 'secret');
  writeFileSync(join(site, 'a b.txt'), 'space');
  symlinkSync(join(directory, 'secret.txt'), join(site, 'way-out.txt'));
  return site;
}

/** The request line exactly as written; fetch would tidy the path up. */
function getRaw(url, target) {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', fail);
    socket.on('close', () => done(text));
  });
}

test('files are served with their type, validated by ETag', async (t) => {
  const { url } = await startCollector(t, { args: ['--site', makeSite(t)] });
  for (const [path, type, body] of [
    ['/', 'text/html; charset=utf-8', '<h1>home</h1>'],
    ['/shop/', 'text/html; charset=utf-8', '<h1>shop</h1>'],
    ['/shop', 'text/html; charset=utf-8', '<h1>shop</h1>'],
    ['/track.js?v=1', 'text/javascript; charset=utf-8', 'export {};'],
    ['/track.wasm', 'application/wasm', '\0asm'],
    ['/a%20b.txt', 'text/plain; charset=utf-8', 'space'],
  ]) {
    const response = await fetch(url + path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get('content-type'), type);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(await response.text(), body);
    const again = await fetch(url + path, {
      headers: { 'if-none-match': response.headers.get('etag') },
      cache: 'no-store',
    });
    assert.equal(again.status, 304, path);
  }
  const head = await fetch(`${url}/track.js`, { method: 'HEAD' });
  assert.equal(head.headers.get('content-length'), '10');
  assert.equal(await head.text(), '');
  assert.equal((await post(url, makeBatch())).answer.accepted, 1, 'the routes go before the files');
});

test('a folder is named with a slash, whatever its name', async (t) => {
  const site = makeSite(t);
  mkdirSync(join(site, 'ü 100%'));
  writeFileSync(join(site, 'ü 100%', 'index.html'), 'odd');
  const { url } = await startCollector(t, { args: ['--site', site] });
  const moved = await fetch(`${url}/%C3%BC%20100%25`, { redirect: 'manual' });
  assert.deepEqual([moved.status, moved.headers.get('location')], [301, '/%C3%BC%20100%25/']);
  assert.equal(await (await fetch(`${url}/%C3%BC%20100%25`)).text(), 'odd');
});

test('no path leads out of the directory', async (t) => {
  const { url } = await startCollector(t, { args: ['--site', makeSite(t)] });
  const targets = [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/shop/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/shop/%2e%2e/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '//etc/passwd',
    '/%2fetc/passwd',
    '/./.hidden',
    '/.hidden',
    '/shop/%00',
    '/way-out.txt',
    '/../site-other/x.txt',
    '/index.html/',
    '/%0d%0aSet-Cookie:a=b',
    '/....//secret.txt',
  ];
  for (const target of targets) {
    const text = await getRaw(url, target);
    assert.match(text, /^HTTP\/1\.1 40[04] /, target);
    assert.ok(!text.includes('secret\r') && !text.endsWith('secret') && !text.includes('root:'), target);
    assert.ok(!/^set-cookie/im.test(text), target);
  }
});
