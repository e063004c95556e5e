// The core's state on the device, and the key that it and the journal are sealed with. Chromium leaves what is deleted from
// localStorage in a log, until it writes that anew. There the state stands sealed, and the key lies in a cache of its own,
// whose entry is a file: with that deleted the log says nothing. Elsewhere, and where no cache answers, both stand plainly.
import { END, hasVault, KEY_URL, type Kept } from './kept.js';
import { KEY_WAIT_MS } from './limits.js';
import { asBytes, asText, newSealKey, seal, wordsOf } from './seal.js';

const NONCE_BYTES = 12;

export interface Vault {
  /**
   * Finds the key, and makes one if there is none and `mayMake`. Resolves when that is done, without the cache if it does
   * not answer. Never rejects.
   */
  unlock(mayMake: boolean): Promise<void>;
  /** Empty while there is none. */
  sealKey(): string;
  /** Empty if it is sealed with a key that is not known, or gone. */
  stateText(): string;
  /** Puts the state into `kept`, unless it says that already. False if it waits in memory for `unlock`. */
  keepState(text: string): boolean;
  /** The state, even if the key is not found yet and is deleted next. Never rejects. */
  recall(): string | Promise<string>;
  /**
   * Forgets the key, which is deleted from the device. Its file too if this page has made it: that would be there as long
   * as the page has the cache open.
   */
  shred(): void;
}

export function newVault(kept: Kept): Vault {
  let key: string | undefined; // none: not found yet; empty: it stands in localStorage
  let waiting = ''; // the state, until the key is there
  let unlocking: Promise<void> | undefined;
  let turn = 0; // counts the keys that were forgotten
  let cache: Cache | undefined;

  const headOf = (rest: string) => rest.split(END)[0]!;

  function sealed(text: string) {
    const nonce = crypto.getRandomValues(new Uint32Array(3));
    const bytes = new TextEncoder().encode(kept.key + text);
    return asText(new Uint8Array(nonce.buffer)) + asText(seal(wordsOf(key!), nonce, bytes));
  }

  /** The state in `rest`. Nothing tells a wrong key but that the text does not begin as it must. */
  function opened(rest: string, key?: string) {
    const head = headOf(rest);
    if (head) return rest.slice(head.length + 1);
    try {
      const bytes = asBytes(rest.slice(1));
      const nonce = new Uint32Array(bytes.slice(0, NONCE_BYTES).buffer);
      const text = new TextDecoder().decode(seal(wordsOf(key!), nonce, bytes.subarray(NONCE_BYTES)));
      if (text.startsWith(kept.key)) return text.slice(kept.key.length);
    } catch {}
    return '';
  }

  /** The key in the cache, or empty. */
  const find = async () => (await (await caches.match(KEY_URL, { cacheName: kept.key }))?.text()) || '';

  /** The key that another tab has made by now, or a new one. */
  async function make() {
    const mine = turn;
    const found = await find();
    if (found || mine !== turn) return found;
    kept.rest ||= END; // a withdrawal deletes where there is something
    kept.write();
    const made = newSealKey();
    cache = await caches.open(kept.key);
    await cache.put(KEY_URL, new Response(made));
    if (mine !== turn) vault.shred();
    return made;
  }

  /** None if there is none, and none may be made. */
  async function findOrMake(mayMake: boolean) {
    const found = await find();
    if (found) return found;
    return mayMake ? navigator.locks.request(kept.key, make) : undefined;
  }

  const vault: Vault = {
    unlock(mayMake) {
      if (key != null) return Promise.resolve();
      const mine = turn;
      let timer: ReturnType<typeof setTimeout>;
      return (unlocking ??= Promise.race([
        findOrMake(mayMake),
        new Promise<string>((resolve) => (timer = setTimeout(resolve, KEY_WAIT_MS, ''))),
      ])
        .catch(() => '')
        .then((found) => {
          clearTimeout(timer);
          if (mine !== turn) return;
          key = found;
          unlocking = undefined;
        }));
    },
    sealKey: () => key || headOf(kept.rest),
    stateText: () => opened(kept.rest, key) || waiting,
    keepState(text) {
      waiting = text;
      if (key == null) return false;
      const head = key ? '' : headOf(kept.rest) || newSealKey();
      if (text !== opened(kept.rest, key) || !kept.rest.startsWith(head + END))
        kept.rest = head + END + (key ? sealed(text) : text);
      waiting = '';
      return true;
    },
    recall() {
      const { rest } = kept;
      const text = vault.stateText();
      if (text || !rest || key != null) return text;
      return find().then(
        (found) => opened(rest, found),
        () => '',
      );
    },
    shred() {
      key = hasVault(kept) ? undefined : '';
      waiting = '';
      unlocking = undefined;
      turn++;
      cache?.delete(KEY_URL).catch(() => {});
    },
  };
  vault.shred();
  return vault;
}
