// What the files of a LevelDB hold, which the bytes of the file may not show: blocks of a table are packed by Snappy, and
// a record of a log is cut where a block ends. Formats: doc/table_format.md and doc/log_format.md of LevelDB, and
// format_description.txt of Snappy.

const tableMagic = Buffer.from('57fb808b247547db', 'hex');
const footerBytes = 48;
const logBlockBytes = 32_768;
const logHeaderBytes = 7;
const unpackedLimitBytes = 16 << 20;
const snappyBlock = 1;

/** A number of 7 bits a byte, the lowest first, at `at.from`, which moves on. */
function readVarint(bytes, at) {
  for (let value = 0, factor = 1; ; factor *= 128) {
    const byte = bytes[at.from++];
    if (byte === undefined || factor > 2 ** 49) throw new RangeError('no number');
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

/** The text that Snappy packed; throws a RangeError if it did not. */
export function unpackSnappy(bytes) {
  const at = { from: 0 };
  const length = readVarint(bytes, at);
  if (length > unpackedLimitBytes) throw new RangeError('too long');
  const text = Buffer.alloc(length);
  let written = 0;
  const little = (count) => {
    const value = bytes.readUIntLE(at.from, count);
    at.from += count;
    return value;
  };
  while (at.from < bytes.length) {
    const tag = bytes[at.from++];
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const count = 1 + (short < 60 ? short : little(short - 59));
      if (at.from + count > bytes.length || written + count > length) throw new RangeError('a literal too long');
      written += bytes.copy(text, written, at.from, at.from + count);
      at.from += count;
      continue;
    }
    const count = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const distance = kind === 1 ? ((tag >> 5) << 8) + little(1) : little(kind === 2 ? 2 : 4);
    if (distance === 0 || distance > written || written + count > length) throw new RangeError('a copy of nothing');
    for (const end = written + count; written < end; written++) text[written] = text[written - distance];
  }
  if (written !== length) throw new RangeError('too short');
  return text;
}

/** The block of a table that `handle` names, unpacked. */
function readBlock(bytes, { offset, size }) {
  const block = bytes.subarray(offset, offset + size);
  if (block.length < size || offset + size >= bytes.length) throw new RangeError('no block');
  return bytes[offset + size] === snappyBlock ? unpackSnappy(block) : block;
}

const readHandle = (bytes, at) => ({ offset: readVarint(bytes, at), size: readVarint(bytes, at) });

/** The handles in a block of an index: the values of its entries. */
function handlesIn(block) {
  const handles = [];
  const end = block.length - 4 - 4 * block.readUInt32LE(block.length - 4);
  for (const at = { from: 0 }; at.from < end;) {
    readVarint(block, at); // shared bytes of the key
    const keyBytes = readVarint(block, at);
    const valueBytes = readVarint(block, at);
    handles.push(readHandle(block, { from: at.from + keyBytes }));
    at.from += keyBytes + valueBytes;
  }
  return handles;
}

/** The blocks of a table, unpacked; none if the bytes are no table. Throws a RangeError if they are a damaged one. */
export function tableBlocks(bytes) {
  if (bytes.length < footerBytes || !bytes.subarray(-8).equals(tableMagic)) return [];
  const at = { from: bytes.length - footerBytes };
  const meta = readHandle(bytes, at);
  const index = readHandle(bytes, at);
  const handles = [meta, index].flatMap((handle) => handlesIn(readBlock(bytes, handle)));
  return handles.map((handle) => readBlock(bytes, handle));
}

/** The records of a log one after the other, without what stands between their parts. */
export function logText(bytes) {
  const parts = [];
  for (let block = 0; block < bytes.length; block += logBlockBytes) {
    const end = Math.min(block + logBlockBytes, bytes.length);
    for (let from = block; from + logHeaderBytes <= end;) {
      const size = bytes.readUInt16LE(from + 4);
      from += logHeaderBytes;
      parts.push(bytes.subarray(from, Math.min(from + size, end)));
      from += size;
    }
  }
  return Buffer.concat(parts);
}
