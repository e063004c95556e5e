// Values by which a visitor could be known again: which texts look like one, and where they are found.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from './pipe.js';

const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;
const counter = /\b\d{6,}\.\d{6,}\b/g; // as of cookies named _ga
const word = /[A-Za-z0-9_-]{12,}/g;
const epoch = /^1[5-9]\d{8}(\d{3})?$/; // a time in seconds or milliseconds, 2017 to 2033

/** The values in `text` that look like ids: UUIDs, and words of 12 letters or more with letters and digits mixed. */
export function idsIn(text: string): string[] {
  const found = new Set<string>([...text.matchAll(uuid), ...text.matchAll(counter)].map(([match]) => match));
  for (const [match] of text.replace(uuid, ' ').matchAll(word)) {
    const digits = match.replace(/\D/g, '').length;
    const isNumber = digits === match.length && !epoch.test(match);
    if (isNumber || (digits >= 2 && digits < match.length && !/^\d{4}-\d\d-\d\d/.test(match))) found.add(match);
  }
  return [...found];
}

/** At most so many ids are followed. */
export const maxIds = 200;

/** Those of `ids` that stand in `text`. */
export const idsWithin = (ids: readonly string[], text: string): string[] => ids.filter((id) => text.includes(id));

/** Runs in the page: which of `ids` stand in the memories, as UTF-8 or UTF-16. */
function searchMemories(this: WebAssembly.Memory[], ids: string[]): string[] {
  const found = new Set<string>();
  for (const memory of this) {
    const bytes = new Uint8Array(memory.buffer);
    for (const id of ids)
      for (const width of [1, 2]) {
        const first = id.charCodeAt(0);
        search: for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
          for (let i = 0; i < id.length; ++i)
            if (bytes[at + i * width] !== id.charCodeAt(i) || (width === 2 && bytes[at + 2 * i + 1] !== 0))
              continue search;
          found.add(id);
          break;
        }
      }
  }
  return [...found];
}

/** Those of `ids` that stand in a WebAssembly memory of the page, whoever holds it. */
export async function idsInMemories(session: Session, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const objectGroup = 'waymark-privacy-check';
  const { result } = await session.send<{ result: { objectId?: string } }>('Runtime.evaluate', {
    expression: 'globalThis.WebAssembly?.Memory.prototype',
    objectGroup,
  });
  if (!result.objectId) return [];
  const { objects } = await session.send<{ objects: { objectId: string } }>('Runtime.queryObjects', {
    prototypeObjectId: result.objectId,
    objectGroup,
  });
  const { result: found } = await session.send<{ result: { value?: string[] } }>('Runtime.callFunctionOn', {
    functionDeclaration: searchMemories.toString(),
    objectId: objects.objectId,
    arguments: [{ value: ids }],
    returnByValue: true,
  });
  await session.send('Runtime.releaseObjectGroup', { objectGroup });
  return found.value ?? [];
}

const maxFileBytes = 64 * 1024 * 1024;

/** Where in the files under `folder` one of `ids` stands, as UTF-8 or UTF-16: id and path. Larger files than 64 MiB are left out. */
export async function idsInFiles(folder: string, ids: readonly string[]): Promise<{ id: string; path: string }[]> {
  const found: { id: string; path: string }[] = [];
  for (const path of await readdir(folder, { recursive: true })) {
    const full = join(folder, path);
    const about = await stat(full).catch(() => undefined); // a link to nowhere, as a browser leaves
    if (!about?.isFile() || about.size > maxFileBytes) continue;
    const bytes = await readFile(full);
    for (const id of ids)
      if (bytes.includes(id) || bytes.includes(Buffer.from(id, 'utf16le'))) found.push({ id, path });
  }
  return found;
}
