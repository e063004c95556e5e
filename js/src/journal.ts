// Keeps what is queued on the device until it is delivered, so that it outlives a crash: the entries of this tracker, its
// segment, in IndexedDB; those that are written while the page is being left in localStorage too, since IndexedDB may
// not have the time. What a tracker that is gone left behind is taken over.

import { END, namesOf } from './kept.js';

const STORE = 'journal';

export interface Journal {
  /** Whether entries can be kept at any time, and not just while the page is being left. */
  isOpen(): boolean;
  keep(entry: number, bytes: Uint8Array<ArrayBuffer>, isLeaving: boolean): void;
  /** Deletes an entry and all before it. */
  forget(entry: number): void;
  /** Takes over what trackers left that are gone, and what others leave when they go. Never rejects. */
  adopt(): Promise<void>;
  /**
   * Lets another tracker take over what is here. A page that holds a lock is not kept in the back/forward cache, so it
   * holds one only while something is kept.
   */
  release(): void;
  /** This tracker's again, if it was released. */
  hold(): void;
  close(): void;
}

/** One text of a character a byte, and back. */
const asText = (bytes: Uint8Array) => bytes.reduce((text, byte) => text + String.fromCharCode(byte), '');
const asBytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const settled = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const entryOf = (name: string) => +name.slice(name.lastIndexOf(END) + 1);

/**
 * `key` tells the trackers of one write key from others. What was kept under a smaller `epoch` is deleted, unread. `restore` hands bytes to the core; false if it has no room.
 * `onChange` is called when it opens or fails, and when what was restored is to be kept anew. Nothing here throws.
 */
export function openJournal(
  key: string,
  storage: Storage,
  epoch: number,
  restore: (bytes: Uint8Array) => boolean,
  onChange: () => void,
): Journal {
  const segment = epoch + '.' + crypto.getRandomValues(new Uint32Array(2)).join('');
  let database: IDBDatabase | undefined;
  let free: (() => void) | undefined;
  let isClosed = false;
  let waiting = new AbortController();
  let kept = 0; // the last entry, unless it is forgotten
  let hasMore = false; // of others than the core has room for
  const awaited = new Set<string>(); // segments of others, until who has them is gone

  const range = (of: string, last?: number) => IDBKeyRange.bound([of], [of, last ?? []]);
  const store = () => database!.transaction(STORE, 'readwrite').objectStore(STORE);
  const spills = (of: string) => namesOf(storage, key + END + of + END);

  /** Goes on without the database. */
  function fail() {
    database?.close();
    database = undefined;
    if (!isClosed) onChange();
  }

  /** Deletes entries of a segment, up to `last` if that is given. */
  function erase(of: string, last?: number) {
    try {
      for (const name of spills(of)) if (!(entryOf(name) > last!)) storage.removeItem(name);
      if (database) store().delete(range(of, last));
    } catch {}
  }

  /** Does something with a segment once no one else has it. Without locks that is now. */
  async function locked(of: string, work: () => Promise<void>) {
    const { locks } = globalThis.navigator ?? {};
    awaited.add(of);
    try {
      await (locks ? locks.request(key + END + of, { signal: waiting.signal }, work) : work());
    } catch {}
    awaited.delete(of);
  }

  async function take(of: string) {
    const found = new Map(spills(of).map((name) => [entryOf(name), asBytes(storage[name] as string)]));
    if (database) {
      const from = store();
      const [keys, values] = await Promise.all([settled(from.getAllKeys(range(of))), settled(from.getAll(range(of)))]);
      keys.forEach((name, i) => found.set((name as [string, number])[1], values[i] as Uint8Array<ArrayBuffer>));
    }
    const entries = [...found].sort(([a], [b]) => a - b);
    // What the core has no room for stays for the next time.
    const done = entries.findIndex(([, bytes]) => isClosed || !restore(bytes));
    hasMore = done >= 0;
    if (!done) return;
    onChange(); // they are kept anew before they are deleted
    erase(of, entries[done - 1]?.[0]);
  }

  const journal: Journal = {
    isOpen: () => !!database,
    keep(entry, bytes, isLeaving) {
      kept = entry;
      if (!isLeaving) journal.hold();
      try {
        if (isLeaving) storage.setItem(key + END + segment + END + entry, asText(bytes));
      } catch {}
      try {
        if (database) {
          const { transaction } = store().put(bytes, [segment, entry]);
          transaction!.onabort = fail;
          transaction!.commit?.(); // the page may be gone before it is committed by itself
        }
      } catch {
        fail();
      }
    },
    forget(entry) {
      erase(segment, entry);
      if (entry >= kept) {
        kept = 0;
        free?.();
        free = undefined;
      }
      if (hasMore) void journal.adopt();
    },
    async adopt() {
      try {
        const keys = database ? await settled(store().getAllKeys()) : [];
        const names = [
          ...keys.map((name) => (name as string[])[0]!),
          ...namesOf(storage, key + END).map((name) => name.split(END)[1]!),
        ];
        for (const of of new Set(names))
          if (parseInt(of) < epoch) erase(of);
          else if (of !== segment && !awaited.has(of)) void locked(of, () => take(of));
      } catch {}
    },
    release() {
      waiting.abort();
      free?.();
      free = undefined;
    },
    hold() {
      if (waiting.signal.aborted) waiting = new AbortController();
      if (!kept || free || awaited.has(segment)) return;
      void locked(segment, async () => {
        if (kept) await new Promise<void>((resolve) => (free = resolve));
      });
    },
    close() {
      isClosed = true;
      journal.release();
      fail();
    },
  };

  (async () => {
    try {
      const request = indexedDB.open(key, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      database = await settled(request);
      database.onversionchange = fail; // it is being deleted
    } catch {}
    if (isClosed) return fail();
    onChange();
    await journal.adopt();
  })();
  return journal;
}
