// The core's state on the device, and the key that it and the journal are sealed with. Chromium and WebKit leave what is
// deleted from localStorage in a log, until that is written anew. There the state stands sealed, and the key lies in a
// cache of its own, whose entry is a file: with that deleted the log says nothing. In Firefox, and where no cache answers,
// both stand in localStorage.
import { END, hasVault, KEY_URL, type Kept } from './kept.js';
import { KEY_WAIT_MS } from './limits.js';
import { asBytes, asText, randomWords, seal, wordsOf } from './seal.js';

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
   * Forgets the key, which is deleted from the device, and deletes its file: that would be there as long as this page has
   * the cache open.
   */
  shred(): void;
}

export function newVault(kept: Kept): Vault {
  let key: string | false; // false: not found yet; empty: it stands in localStorage
  let waiting: string; // the state, until the key is there
  let unlocking: Promise<void> | undefined;
  let turn = 0; // counts the keys that were forgotten
  let cache: Cache | undefined;

  /** The state in `rest`. That a key is another is told by how the text begins. */
  function opened(rest: string, key: string | false) {
    const [head, nonce] = (rest + END).split(END) as [string, string];
    if (head || !key) return head && rest.slice(head.length + 1);
    const bytes = asBytes(rest.slice(nonce.length + 2));
    const text = new TextDecoder().decode(seal(wordsOf(key), wordsOf(nonce), bytes));
    return text.startsWith(kept.key) ? text.slice(kept.key.length) : '';
  }

  /** The key in the cache, or empty. */
  const find = async () => (await (await caches.match(KEY_URL, { cacheName: kept.key }))?.text()) || '';

  async function open(mayMake: boolean) {
    const mine = turn;
    let timer: ReturnType<typeof setTimeout>;
    const found = await Promise.race([
      // Locked, so that two tabs come to one key.
      navigator.locks.request(kept.key, async () => {
        const found = await find();
        if ((!found && !mayMake) || mine !== turn) return false;
        if (!kept.rest) kept.rest = END; // a withdrawal deletes where there is something
        kept.write();
        cache = await caches.open(kept.key);
        const made = found || randomWords(8);
        if (!found) await cache.put(KEY_URL, new Response(made));
        if (mine !== turn) vault.shred();
        return made;
      }),
      new Promise<''>((resolve) => (timer = setTimeout(resolve, KEY_WAIT_MS, ''))),
    ]).catch(() => '' as const);
    clearTimeout(timer!);
    if (mine === turn) {
      key = found;
      unlocking = undefined;
    }
  }

  const vault: Vault = {
    async unlock(mayMake) {
      if (key === false) await (unlocking ??= open(mayMake));
    },
    sealKey: () => key || kept.rest.split(END)[0]!,
    stateText: () => opened(kept.rest, key) || waiting,
    keepState(text) {
      waiting = text;
      if (key === false) return false;
      const head = (key ? '' : vault.sealKey() || randomWords(8)) + END;
      // Sealed anew it is another text, which other tabs would answer.
      if (text !== opened(kept.rest, key) || !kept.rest.startsWith(head)) {
        kept.rest = head + text;
        if (key) {
          const nonce = randomWords(3);
          const bytes = new TextEncoder().encode(kept.key + text);
          kept.rest = head + nonce + END + asText(seal(wordsOf(key), wordsOf(nonce), bytes));
        }
      }
      waiting = '';
      return true;
    },
    recall() {
      const { rest } = kept;
      const text = vault.stateText();
      if (text || !rest || key !== false) return text;
      return find().then(
        (found) => opened(rest, found),
        () => '',
      );
    },
    shred() {
      key = !hasVault(kept) && '';
      waiting = '';
      unlocking = undefined;
      turn++;
      cache?.delete(KEY_URL).catch(() => {});
    },
  };
  vault.shred();
  return vault;
}
