// The forms in which an id may be left behind, and the search for them in the files of a browser's profile.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync, unzipSync } from 'node:zlib';
import { logText, tableBlocks } from './leveldb.mjs';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The first and last characters of base64 depend on the bytes beside; what stands between does not. */
function base64At(bytes, offset) {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

/** The forms of ids, `{ anonymous_id: '…' }`, each as its name and its bytes. */
export function formsOf(ids) {
  return Object.entries(ids).flatMap(([name, id]) => {
    const bytes = Buffer.from(id);
    const forms = [
      ['UTF-8', bytes],
      ['UTF-16', Buffer.from(id, 'utf16le')],
      ...[0, 1, 2].map((offset) => ['base64', Buffer.from(base64At(bytes, offset))]),
    ];
    if (uuid.test(id)) {
      const digits = id.replaceAll('-', '');
      forms.push(['digits', Buffer.from(digits)], ['bytes', Buffer.from(digits, 'hex')]);
    }
    return forms.map(([form, found]) => [`${name} ${form}`, found]);
  });
}

/** Those forms as texts of a character a byte, which can be handed to a page. */
export const asTexts = (forms) => forms.map(([name, bytes]) => [name, bytes.toString('latin1')]);

const unpackedLimit = { maxOutputLength: 16 << 20 };

/** What is packed as gzip, zlib or in a ZIP archive within the bytes; what only looks so is left out. */
function unpackedParts(bytes) {
  const parts = [];
  const tryAt = (unpack, at) => {
    try {
      parts.push(unpack(bytes.subarray(at), { ...unpackedLimit, finishFlush: 2 })); // Z_SYNC_FLUSH: more may follow
    } catch {}
  };
  for (let at = bytes.indexOf('1f8b08', 0, 'hex'); at >= 0; at = bytes.indexOf('1f8b08', at + 1, 'hex'))
    tryAt(unzipSync, at);
  for (const head of ['7801', '785e', '789c', '78da'])
    for (let at = bytes.indexOf(head, 0, 'hex'); at >= 0; at = bytes.indexOf(head, at + 1, 'hex')) tryAt(unzipSync, at);
  for (let at = bytes.indexOf('PK\x03\x04'); at >= 0; at = bytes.indexOf('PK\x03\x04', at + 1))
    if (at + 30 < bytes.length)
      tryAt(inflateRawSync, at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28));
  return parts;
}

/** What a file of a LevelDB holds. It may be read while it is written: a damaged table is judged by its bytes alone. */
function storedParts(path, bytes) {
  if (path.endsWith('.log')) return [logText(bytes)];
  if (!path.endsWith('.ldb')) return [];
  try {
    return tableBlocks(bytes);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** Where the forms stand in the files below `folder`: `[name] in [path]`. With `isPacked`, in what is packed there too. */
export async function inFiles(folder, forms, isPacked = false) {
  const found = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0)); // it may go while the browser runs
    const parts = [bytes, ...storedParts(path, bytes), ...(isPacked ? unpackedParts(bytes) : [])];
    for (const [name, form] of forms)
      if (parts.some((part) => part.includes(form))) found.push(`${name} in ${path.slice(folder.length + 1)}`);
  }
  return found;
}
