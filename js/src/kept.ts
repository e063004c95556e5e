// What stands on the device: one entry of localStorage, its first line the consent record; while storage is allowed then
// what vault.ts keeps, the core's state, and beside it a cache with the key to that. And the journal's entries
// (journal.ts), in localStorage and in IndexedDB.
import { KEPT_CHARACTERS } from './limits.js';

export interface Kept {
  key: string;
  /** None where nothing may be kept, or can be. */
  storage?: Storage;
  recordText: string;
  /** What vault.ts keeps: a key, and behind the end of its line the core's state; that is sealed if the line is empty. */
  rest: string;
  /** Reads what stands there. False if that has not changed since it was last read or written. Never throws. */
  read(): boolean;
  /**
   * Writes both, or deletes the entry when there is neither. Where storage is full, the record alone, or nothing: an
   * earlier choice does not stay. Never throws.
   */
  write(): void;
  /** Deletes all but the consent record, of all trackers of this key. Returns what that was, and where. Never throws. */
  purge(): string[];
}

/** Between the parts of the names of journal entries: no write key has one. */
export const END = '\n';

/** The names of entries in localStorage that begin so. */
export const namesOf = (storage: Storage, prefix: string) =>
  Object.keys(storage).filter((name) => name.startsWith(prefix));

/** What the key is kept under, in the cache of that name. No site is called so (RFC 6761, 6.4). */
export const KEY_URL = 'https://key.invalid';

/**
 * Whether the key is to lie in a cache: not in Firefox, whose errors alone say where they were made in this way. What kind
 * of browser this is on what kind of device is not asked.
 */
export const hasVault = ({ storage }: Kept) => storage && 'caches' in globalThis && !('fileName' in Error());

export function openKept(writeKey: string, isLasting: boolean): Kept {
  let last = '';
  const kept: Kept = {
    key: 'waymark:' + writeKey,
    recordText: '',
    rest: '',
    read() {
      let text = '';
      try {
        text = kept.storage!.getItem(kept.key)!.slice(0, KEPT_CHARACTERS); // throws where there is none
      } catch {}
      if (text === last) return false;
      last = text;
      [kept.recordText] = text.split('\n') as [string];
      kept.rest = text.slice(kept.recordText.length + 1);
      return true;
    },
    write() {
      const text = kept.recordText + (kept.rest && '\n' + kept.rest);
      if (text === last) return;
      const { storage, key, recordText } = kept;
      try {
        if (text) storage!.setItem(key, text);
        else storage!.removeItem(key);
      } catch {
        try {
          // It is full. What stands there does not outlive another choice, which may fit alone.
          if (!last.startsWith(recordText)) {
            storage!.removeItem(key);
            storage!.setItem(key, recordText);
          }
        } catch {}
      }
      last = text;
    },
    purge() {
      const { storage, key } = kept;
      kept.rest = '';
      if (!storage) return [];
      const purged = ['localStorage:' + key];
      try {
        for (const name of namesOf(storage, key + END)) {
          storage.removeItem(name);
          purged.push('localStorage:' + name);
        }
        if (hasVault(kept)) {
          caches.delete(key).catch(() => {});
          purged.push('cacheStorage:' + key);
        }
        indexedDB.deleteDatabase(key);
        purged.push('indexedDB:' + key);
      } catch {}
      return purged;
    },
  };
  try {
    if (isLasting) kept.storage = localStorage;
  } catch {}
  kept.read();
  return kept;
}
