// The package in an application, by every bundler and by none, in a real browser: consent is given, one event arrives.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildApp, ways } from '../pack/bundled_app.mjs';
import { readBody } from '../js/body.mjs';
import { launchBrowser } from './stage.mjs';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const strict = "default-src 'self'; script-src 'self'";
const withWasm = `${strict} 'wasm-unsafe-eval'`;

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

/** Serves the files of `folder` under `policy` and takes what is posted. */
async function serve(folder, policy) {
  const posted = [];
  const fetched = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      posted.push(readBody(Buffer.concat(chunks)));
      return response.end('{"accepted":1,"duplicate":0,"rejected":[]}');
    }
    const { pathname } = new URL(request.url, 'http://127.0.0.1');
    const name = pathname === '/' ? '/index.html' : pathname;
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    fetched.push({ name, isThere: bytes !== undefined });
    response.writeHead(bytes ? 200 : 404, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    });
    response.end(bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, posted, fetched, close };
}

/** Opens the page, waits until it has delivered, and returns what it loaded by the end of the names. */
async function visit(folder, policy) {
  const site = await serve(folder, policy);
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(site.origin);
    const outcome = await page.waitForFunction(() => window.outcome, undefined, { timeout: 10_000 });
    assert.deepEqual(await outcome.jsonValue(), {
      verdict: 'held',
      acknowledged: 1,
      rejected: 0,
      dropped: 0,
      pending: 0,
    });
    const events = site.posted.flatMap(({ events }) => events);
    assert.deepEqual(
      events.map(({ event_name, properties }) => [event_name, properties]),
      [['product_viewed', { price: 12.5 }]],
    );
    assert.deepEqual(faults, []);
    const missing = site.fetched.filter(({ name, isThere }) => !isThere && name !== '/favicon.ico');
    assert.deepEqual(missing, []);
    const named = (ending) => site.fetched.filter(({ name }) => name.endsWith(ending)).length;
    return { scripts: named('.js'), cores: named('.wasm') };
  } finally {
    await context.close();
    site.close();
  }
}

for (const way of Object.keys(ways))
  for (const entry of ['waymark', 'waymark/url'])
    test(`${way}: ${entry} delivers, with WebAssembly and without`, { timeout: 60_000 }, async (t) => {
      const { out, remove } = await buildApp(way, entry);
      t.after(remove);
      for (const name of await readdir(out, { recursive: true }))
        if (name.endsWith('.js'))
          assert.doesNotMatch(
            await readFile(join(out, name), 'utf8'),
            /file:\/\/\//,
            `${name} tells where it was made`,
          );
      const cores = entry === 'waymark/url' ? 1 : 0;
      const compiled = await visit(out, withWasm);
      assert.equal(compiled.cores, cores);
      const forbidden = await visit(out, strict);
      assert.equal(forbidden.scripts, compiled.scripts + 1, 'the fallback, where the policy forbids WebAssembly');
    });
