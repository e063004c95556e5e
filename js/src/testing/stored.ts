// What is kept on the device for the sites of a visit, as the browser lists it, with what it says.

import { maxValueLength, type Effect, type Sighting } from './effects.js';
import { noneIfGone, type Protocol } from './pipe.js';
import type { PageTarget } from './targets.js';

interface Kept {
  readonly effect: Effect;
  readonly what: string;
  readonly value?: string;
}

interface FrameTree {
  frame: { id: string; url: string };
  childFrames?: FrameTree[];
}

const framesOf = (tree: FrameTree): string[] => [
  tree.frame.id,
  ...(tree.childFrames ?? []).flatMap((child) => framesOf(child)),
];

/**
 * Runs in a world of its own in each frame, so that neither the hooks nor what the page has changed is in the way. Sent as
 * text. Reads at most `maxEntries` of a kind.
 */
async function readKept(maxEntries: number, maxLength: number): Promise<Kept[]> {
  const kept: Kept[] = [];
  const add = (effect: Effect, what: string, value?: string) =>
    void kept.push({ effect, what, ...(value !== undefined && { value: value.slice(0, maxLength) }) });
  const text = (value: unknown) => {
    try {
      return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    } catch {
      return String(value);
    }
  };
  // A frame with an opaque origin, or of a browser that keeps nothing, refuses: it keeps nothing then.
  const attempt = async (read: () => unknown) => {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  };
  for (const area of ['localStorage', 'sessionStorage'] as const)
    await attempt(() =>
      Object.entries(window[area])
        .slice(0, maxEntries)
        .forEach(([key, value]) => add('storage', `${area} ${key}`, String(value))),
    );
  if (window.name !== '') add('window_name', 'window.name', window.name);
  if (window === window.top && history.state !== null) add('history', 'state', text(history.state));

  await attempt(async () => {
    for (const { name = '' } of (await indexedDB.databases()).slice(0, maxEntries)) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
        opening.onblocked = () => reject(new DOMException('blocked'));
      });
      const rows: unknown[] = [];
      for (const store of [...database.objectStoreNames]) {
        const objects = database.transaction(store).objectStore(store);
        for (const all of [objects.getAll(null, maxEntries), objects.getAllKeys(null, maxEntries)])
          rows.push(await new Promise((resolve) => (all.onsuccess = all.onerror = () => resolve(all.result))));
      }
      database.close();
      add('database', name, text(rows));
    }
  });
  if (typeof caches !== 'undefined')
    await attempt(async () => {
      for (const name of (await caches.keys()).slice(0, maxEntries)) {
        const requests = await (await caches.open(name)).keys();
        add('cache', name, text(requests.slice(0, maxEntries).map(({ url }) => url)));
      }
    });
  if (typeof navigator.storage?.getDirectory === 'function')
    await attempt(async () => {
      const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
        const entries = (folder as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries();
        for await (const [name, handle] of entries) {
          if (kept.length >= 20 * maxEntries) return;
          if (handle instanceof FileSystemDirectoryHandle) await walk(handle, `${path}${name}/`);
          else add('file_system', path + name, await (await (handle as FileSystemFileHandle).getFile()).text());
        }
      };
      await walk(await navigator.storage.getDirectory(), '/');
    });
  if (navigator.serviceWorker)
    await attempt(async () => {
      for (const { scope } of await navigator.serviceWorker.getRegistrations()) add('service_worker', scope);
    });
  return kept;
}

const maxEntries = 1000;
const world = 'waymark-privacy-check';

async function keptByFrame({ session }: PageTarget, frameId: string): Promise<readonly Kept[]> {
  const { executionContextId } = await session.send<{ executionContextId: number }>('Page.createIsolatedWorld', {
    frameId,
    worldName: world,
  });
  const { result, exceptionDetails } = await session.send<{
    result: { value?: Kept[] };
    exceptionDetails?: { exception?: { description?: string }; text: string };
  }>('Runtime.evaluate', {
    expression: `(${readKept.toString()})(${maxEntries}, ${maxValueLength})`,
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails)
    throw new Error(
      `what the page keeps cannot be read: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`,
    );
  return result.value ?? [];
}

/** Everything that is kept in the context `contextId`: cookies of every site, HttpOnly ones too, and what its pages reach. */
export async function readStored(
  protocol: Protocol,
  contextId: string,
  pages: Iterable<PageTarget>,
): Promise<Sighting[]> {
  const { cookies } = await protocol.browser.send<{ cookies: { name: string; value: string; domain: string }[] }>(
    'Storage.getCookies',
    { browserContextId: contextId },
  );
  const found = new Map<string, Sighting>();
  const add = (kept: Kept, origin = '') =>
    void found.set(`${kept.effect} ${kept.what} ${origin}`, { ...kept, instrument: 'state' });
  for (const { name, value, domain } of cookies) add({ effect: 'cookie', what: name, value }, domain);
  for (const page of pages) {
    // A frame may go while it is asked; what it kept is its origin's, and seen from the next frame of that.
    const frames = await page.session
      .send<{ frameTree: FrameTree }>('Page.getFrameTree')
      .then(({ frameTree }) => framesOf(frameTree))
      .catch(noneIfGone);
    for (const frameId of frames) for (const each of await keptByFrame(page, frameId).catch(noneIfGone)) add(each);
  }
  return [...found.values()];
}
