import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logText, tableBlocks, unpackSnappy } from './leveldb.mjs';

const word = Buffer.from('anonymous_id ');
/** `word` three times: once as it is, then a copy of what stands before. */
const packed = Buffer.concat([Buffer.from([39, (13 - 1) << 2]), word, Buffer.from([((26 - 1) << 2) | 2, 13, 0])]);

/** An entry of a block: no shared bytes of the key, then the lengths of key and value. */
const entry = (key, value) => Buffer.concat([Buffer.from([0, key.length, value.length]), Buffer.from(key), value]);
/** A block with its one restart point, the byte that tells whether it is packed, and a checksum that nobody reads. */
const block = (text) => Buffer.concat([text, Buffer.from([0, 0, 0, 0, 1, 0, 0, 0])]);
const trailer = (kind) => Buffer.from([kind, 0, 0, 0, 0]);

function tableOf(stored, kind) {
  const index = block(entry('k', Buffer.from([0, stored.length])));
  const meta = block(Buffer.alloc(0));
  const atIndex = stored.length + 5;
  const footer = Buffer.alloc(48);
  footer.set([atIndex + index.length + 5, meta.length, atIndex, index.length]);
  footer.write('57fb808b247547db', 40, 'hex');
  return Buffer.concat([stored, trailer(kind), index, trailer(0), meta, trailer(0), footer]);
}

test('what Snappy packed is unpacked, and what it did not is refused', () => {
  assert.equal(unpackSnappy(packed).toString(), 'anonymous_id '.repeat(3));
  for (const damaged of [packed.subarray(0, 8), packed.subarray(1), Buffer.from([5, 2, 1]), Buffer.from([])])
    assert.throws(() => unpackSnappy(damaged), RangeError);
});

test('blocks of a table are found, packed or not', () => {
  assert.deepEqual(tableBlocks(tableOf(packed, 1)), [Buffer.from('anonymous_id '.repeat(3))]);
  assert.deepEqual(tableBlocks(tableOf(word, 0)), [word]);
  assert.deepEqual(tableBlocks(Buffer.from('no table, but long enough to have the footer of one')), []);
  const damaged = tableOf(word, 0);
  damaged[damaged.length - 48 + 2] = 127;
  assert.throws(() => tableBlocks(damaged), RangeError);
});

test('a record of a log that is cut by the end of a block is whole', () => {
  const parts = ['a'.repeat(32_768 - 7 - 5), 'nymous_id'].map((part) => Buffer.from(part));
  const cut = Buffer.concat([parts[0], Buffer.from('anony')]);
  const header = (size) => Buffer.from([0, 0, 0, 0, size & 255, size >> 8, 2]);
  const rest = Buffer.from('mous_id');
  const log = Buffer.concat([header(cut.length), cut, header(rest.length), rest]);
  assert.equal(cut.length + 7, 32_768);
  assert.ok(!log.includes('anonymous_id') && logText(log).includes('anonymous_id'));
});
