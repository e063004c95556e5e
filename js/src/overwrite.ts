// WebKit keeps localStorage in SQLite, whose write-ahead log holds what was deleted until it is written over. That is done
// after 1000 pages of 4 KiB; deleting as much again writes zeros over what the log had. (docs/consent.md, Withdrawal)
import { END, type Kept } from './kept.js';
import { OVERWRITE_CHARACTERS, OVERWRITE_MS } from './limits.js';

/**
 * Has WebKit write over what was deleted: fills an entry, which goes when it is on the disk or when the page goes. Does
 * nothing in other browsers, or where there is no room. Never throws.
 */
export function overwriteDeleted({ storage, key }: Kept): void {
  const name = key + END + END; // like an entry of the journal from before any consent, which nobody reads
  const end = () => {
    removeEventListener('pagehide', end);
    storage!.removeItem(name);
  };
  try {
    if (!navigator.vendor.startsWith('Apple')) return;
    storage!.setItem(name, '0'.repeat(OVERWRITE_CHARACTERS));
    addEventListener('pagehide', end);
    setTimeout(end, OVERWRITE_MS);
  } catch {}
}
