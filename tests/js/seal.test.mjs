// The seal of the journal is ChaCha20 as RFC 8439 and OpenSSL have it.
import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { buildSync } from 'esbuild';

const { outputFiles } = buildSync({
  entryPoints: [new URL('../../js/src/seal.ts', import.meta.url).pathname],
  bundle: true,
  format: 'esm',
  write: false,
});
const { randomWords, seal } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
);
const words = (bytes) => Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));

test('the example of RFC 8439, 2.4.2', () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  const nonce = Buffer.from('000000000000004a00000000', 'hex');
  const text =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
  // It begins to count at 1.
  const sealed = seal(words(key), words(nonce), Buffer.concat([Buffer.alloc(64), Buffer.from(text)])).subarray(64);
  assert.equal(
    Buffer.from(sealed).toString('hex'),
    '6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b' +
      'f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8' +
      '07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736' +
      '5af90bbf74a35be6b40b8eedf2785e42874d',
  );
});

test('any bytes, of any length, as OpenSSL seals them; twice gives them back', () => {
  for (const size of [0, 1, 63, 64, 65, 1000, 61440]) {
    const [key, nonce, bytes] = [randomBytes(32), randomBytes(12), randomBytes(size)];
    const cipher = createCipheriv('chacha20', key, Buffer.concat([Buffer.alloc(4), nonce]));
    const sealed = seal(words(key), words(nonce), bytes);
    assert.deepEqual(Buffer.from(sealed), Buffer.concat([cipher.update(bytes), cipher.final()]));
    assert.deepEqual(Buffer.from(seal(words(key), words(nonce), sealed)), bytes);
  }
});

test('a new key is eight words, each time others', () => {
  const keys = Array.from({ length: 100 }, () => randomWords(8));
  assert.equal(new Set(keys).size, 100);
  for (const key of keys) assert.equal(key.split('.').filter((word) => word <= 0xffffffff).length, 8);
});
