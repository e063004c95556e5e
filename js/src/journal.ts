// Keeps what is queued on the device until it is delivered, so that it outlives a crash: the entries of this tracker, its
// segment, in IndexedDB; those that it may not have the time to commit when the page is left in localStorage too. What a
// tracker that is gone left behind is taken over.
import { END, namesOf, type Kept } from './kept.js';
import { ADOPT_AGAIN_MS } from './limits.js';
import { asBytes, asText, randomWords, seal, wordsOf } from './seal.js';

const STORE = 'journal';

export interface Journal {
  /** Whether entries can be kept at any time, and not just while the page is being left. */
  isOpen(): boolean;
  keep(entry: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** Writes at once what is not known to be committed: the page is being left. */
  spill(): void;
  /** Deletes an entry and all before it. */
  forget(entry: number): void;
  /**
   * Lets another tracker take over what is here, until `reclaim`. Firefox keeps no page in the back/forward cache that holds
   * a lock, waits for one or was refused one, when it is left.
   */
  release(): void;
  /** This tracker's again. Takes over what trackers left that are gone. */
  reclaim(): void;
  close(): void;
}

const settled = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** The names of what is spilled, of a segment or of all of a key. */
const spilled = (storage: Storage, of: string) => namesOf(storage, of + END);

const entryOf = (name: string) => +name.slice(name.lastIndexOf(END) + 1);

/**
 * `kept` is what trackers of one write key share, `sealKey` says what entries are sealed with. What was kept under a
 * smaller `epoch` is deleted, unread. `restore` hands bytes to the core; false if it has no room. `onChange` is called when
 * it opens or fails, and when what was restored is to be kept anew. Nothing here throws.
 */
export function openJournal(
  kept: Kept,
  sealKey: () => string,
  epoch: number,
  restore: (bytes: Uint8Array) => boolean,
  onChange: () => void,
): Journal {
  const { locks } = globalThis.navigator ?? {};
  const { key } = kept;
  const storage = kept.storage!;
  const segment = key + END + epoch + '.' + randomWords(2);
  let database: IDBDatabase | undefined;
  let free: (() => void) | undefined;
  let isClosed = false;
  let isReleased = false;
  let last = 0; // the last entry, unless it is forgotten
  let timer: ReturnType<typeof setTimeout>;
  let uncommitted: [entry: number, bytes: Uint8Array][] = [];

  const range = (of: string, upTo?: number) => IDBKeyRange.bound([of], [of, upTo ?? []]);
  const store = () => database!.transaction(STORE, 'readwrite').objectStore(STORE);

  /** Goes on without the database. */
  function fail() {
    database?.close();
    database = undefined;
    uncommitted = []; // the core has it all
    if (!isClosed) onChange();
  }

  /** Deletes entries of a segment, up to `upTo` if that is given; spills when what was kept before is committed. */
  function erase(of: string, upTo?: number) {
    const eraseSpills = () => spilled(storage, of).forEach((name) => entryOf(name) > upTo! || storage.removeItem(name));
    try {
      if (database) store().delete(range(of, upTo)).transaction!.oncomplete = eraseSpills;
      else eraseSpills();
    } catch {}
  }

  /** Does something with a segment once no one else has it. Without locks that is now. */
  async function locked(of: string, work: () => Promise<void>) {
    try {
      await (locks ? locks.request(of, work) : work());
    } catch {}
  }

  /** Tells other trackers that this one lives, while something is kept. */
  function lock() {
    if (!last || free || isReleased) return;
    const held = new Promise<void>((resolve) => (free = resolve));
    void locked(segment, () => held);
  }

  function unlock() {
    free?.();
    free = undefined;
  }

  /** Its epoch, and two words that no other segment has. */
  const partsOf = (of: string) => wordsOf(of.slice(key.length + 1));

  /** Seals an entry, or opens it. */
  const turn = (of: string, entry: number, bytes: Uint8Array) =>
    seal(wordsOf(sealKey()), [...partsOf(of).slice(1), entry], bytes);

  async function take(of: string) {
    const found = new Map(spilled(storage, of).map((name) => [entryOf(name), asBytes(storage[name] as string)]));
    if (database) {
      const from = store();
      const [keys, values] = await Promise.all([settled(from.getAllKeys(range(of))), settled(from.getAll(range(of)))]);
      keys.forEach((name, i) => found.set((name as [string, number])[1], values[i] as Uint8Array<ArrayBuffer>));
    }
    const entries = [...found]
      .sort(([a], [b]) => a - b)
      .map(([entry, bytes]) => [entry, turn(of, entry, bytes)] as const);
    // Sealed with a key that is gone: the head of the first record (core/outbox/log.hpp) is followed by its text.
    if (entries[0] && !asText(entries[0][1].subarray(24, 40)).includes('instance_id')) return erase(of);
    // What the core has no room for stays for the next time.
    const done = entries.findIndex(([, bytes]) => isClosed || !restore(bytes));
    if (!done) return;
    onChange(); // they are kept anew before they are deleted
    erase(of, entries[done - 1]?.[0]);
  }

  /** Takes over what no tracker has a lock for, and looks again while there is anything else. Never rejects. */
  async function adopt() {
    try {
      const keys = database ? await settled(store().getAllKeys()) : [];
      const names = [
        ...keys.map((name) => (name as string[])[0]!),
        ...spilled(storage, key).map((name) => name.slice(0, name.lastIndexOf(END))),
      ];
      const { held } = (await locks?.query()) ?? {};
      for (const of of new Set(names)) {
        if (of === segment || isClosed) continue;
        if (partsOf(of)[0]! < epoch) {
          erase(of);
          continue;
        }
        clearTimeout(timer);
        timer = setTimeout(adopt, ADOPT_AGAIN_MS);
        if (!held?.some(({ name }) => name === of)) void locked(of, () => take(of));
      }
    } catch {}
  }

  /** Entries up to `upTo` need no spill any more. */
  const commit = (upTo: number) => void (uncommitted = uncommitted.filter(([entry]) => entry > upTo));

  const journal: Journal = {
    isOpen: () => !!database,
    keep(entry, plain) {
      last = entry;
      const bytes = turn(segment, entry, plain);
      lock();
      uncommitted.push([entry, bytes]);
      try {
        if (database) {
          const { transaction } = store().put(bytes, [segment, entry]);
          transaction!.oncomplete = () => commit(entry); // and all before it
          transaction!.onabort = fail;
          transaction!.commit?.(); // the page may be gone before it is committed by itself
        }
      } catch {
        fail();
      }
    },
    spill() {
      try {
        for (const [entry, bytes] of uncommitted.splice(0)) storage.setItem(segment + END + entry, asText(bytes));
      } catch {}
    },
    forget(entry) {
      erase(segment, entry);
      commit(entry);
      if (entry >= last) {
        last = 0;
        unlock();
      }
    },
    release() {
      isReleased = true;
      unlock();
    },
    reclaim() {
      isReleased = false;
      lock();
      void adopt();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
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
    await adopt();
  })();
  return journal;
}
