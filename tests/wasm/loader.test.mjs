// The loader in the published entries: versions that do not match, and every way to hand a core to ./url.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/url.js';

const wasm = readFileSync(new URL('../../js/dist/track.wasm', import.meta.url));
const OPTIONS = {
  writeKey: 'demo',
  endpoint: 'https://collect.example',
  consent: { defaults: { analytics: 'granted' } },
  storage: 'memory',
};

async function startWith(core) {
  const tracker = createTracker({ ...OPTIONS, core });
  await tracker.ready;
  const verdict = tracker.track('cart_opened');
  const words = tracker.explain();
  tracker.consent.withdraw();
  return { verdict, words };
}

// (module (memory (export "memory") 1) (func (export "v") (result i32) i32.const 99))
const otherAbi = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 14, 2, 6, 109, 101, 109, 111, 114,
  121, 2, 0, 1, 118, 0, 0, 10, 7, 1, 5, 0, 65, 227, 0, 11,
]);

test('a core of another ABI is not used: the core comes as JavaScript, and debug says why', async () => {
  const { error } = console;
  const said = [];
  console.error = (...words) => said.push(words.join(' '));
  try {
    const tracker = createTracker({ ...OPTIONS, core: otherAbi, debug: true });
    await tracker.ready;
    assert.equal(tracker.track('cart_opened'), 'accepted');
    tracker.consent.withdraw();
    assert.deepEqual(said, ['waymark: Error: core ABI is 99, not 4']);
  } finally {
    console.error = error;
  }
});

const sources = {
  'nothing: track.wasm beside the script': () => undefined,
  'its bytes': () => wasm,
  'its ArrayBuffer': () => wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length),
  'a compiled module': () => new WebAssembly.Module(wasm),
  'a file URL': () => new URL('../../js/dist/track.wasm', import.meta.url),
  'a Response with its type': () => new Response(wasm, { headers: { 'content-type': 'application/wasm' } }),
  'a Response without its type': () => new Response(wasm),
  'a promise of a Response': () => Promise.resolve(new Response(wasm)),
};
for (const [what, source] of Object.entries(sources))
  test(`url: ${what}`, async () => assert.equal((await startWith(source())).verdict, 'accepted'));

test('url: an http URL, whatever the type the server gives', async () => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', request.url === '/typed' ? 'application/wasm; charset=x' : 'text/plain');
    response.end(wasm);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  assert.equal((await startWith(`${base}/typed`)).verdict, 'accepted');
  assert.equal((await startWith(new URL(`${base}/untyped`))).verdict, 'accepted');
  server.close();
  server.closeAllConnections();
});

const broken = {
  'an answer of 404': () => new Response('not found', { status: 404 }),
  'HTML in place of Wasm': () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
  'bytes that are no module': () => Uint8Array.from([1, 2, 3]),
  'a server that is down': () => 'http://127.0.0.1:1/track.wasm',
};
for (const [what, source] of Object.entries(broken))
  test(`url: with ${what} the core comes as JavaScript`, async () =>
    assert.equal((await startWith(source())).verdict, 'accepted'));

test('the content security policy forbids WebAssembly: the core comes as JavaScript', async () => {
  const { compile, instantiate } = WebAssembly;
  WebAssembly.compile = WebAssembly.instantiate = async () => {
    throw new WebAssembly.CompileError("Refused to compile: 'wasm-unsafe-eval' is not allowed");
  };
  try {
    assert.equal((await startWith(undefined)).verdict, 'accepted');
  } finally {
    Object.assign(WebAssembly, { compile, instantiate });
  }
});
