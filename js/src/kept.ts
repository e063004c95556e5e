// What stands on the device: one entry of localStorage, in its first line the consent record, then the core's state while
// storage is allowed; and beside it the journal's entries (journal.ts), in localStorage and in IndexedDB.
import { STATE_CHARACTERS } from './limits.js';

export interface Kept {
  key: string;
  /** None where nothing may be kept, or can be. */
  storage?: Storage;
  consent: string;
  state: string;
  /** Reads what stands there. False if that has not changed since it was last read or written. Never throws. */
  read(): boolean;
  /** Writes both, or deletes the entry when there is neither. Never throws. */
  write(): void;
  /** Deletes all but the consent record, of all trackers of this key. Returns what that was, and where. Never throws. */
  purge(): string[];
}

/** Between the parts of the names of journal entries: no write key has one. */
export const END = '\n';

/** The names of entries in localStorage that begin so. */
export const namesOf = (storage: Storage, prefix: string) =>
  Object.keys(storage).filter((name) => name.startsWith(prefix));

export function openKept(writeKey: string, isLasting: boolean): Kept {
  let last = '';
  const kept: Kept = {
    key: 'waymark:' + writeKey,
    consent: '',
    state: '',
    read() {
      let text = '';
      try {
        text = kept.storage!.getItem(kept.key) || '';
      } catch {}
      if (text === last) return false;
      last = text;
      const end = (text + '\n').indexOf('\n');
      kept.consent = text.slice(0, end);
      kept.state = text.slice(end + 1, end + STATE_CHARACTERS);
      return true;
    },
    write() {
      const text = kept.consent + (kept.state && '\n' + kept.state);
      if (text === last) return;
      last = text;
      try {
        if (last) kept.storage!.setItem(kept.key, last);
        else kept.storage!.removeItem(kept.key);
      } catch {}
    },
    purge() {
      const { storage, key, state } = kept;
      const purged = state ? ['localStorage:' + key] : [];
      kept.state = '';
      if (!storage) return [];
      try {
        for (const name of namesOf(storage, key + END)) {
          storage.removeItem(name);
          purged.push('localStorage:' + name);
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
