// WebKit keeps localStorage in SQLite, whose write-ahead log holds what was deleted until it is written over. That is done
// after 1000 pages of 4 KiB; deleting as much again writes zeros over what the log had. (docs/consent.md, Withdrawal)
import { END, type Kept } from './kept.js';
import { OVERWRITE_CHARACTERS, OVERWRITE_MS } from './limits.js';

// Stands where the journal's key and the core's state stood as long as that is there, so that a page that finds it, since
// the browser ended meanwhile, deletes it too.
const MARK = END;

/**
 * Has WebKit write over what was deleted: fills an entry that is deleted when it is on the disk. Does nothing in other
 * browsers, or where there is no room. Never throws.
 */
export function overwriteDeleted(kept: Kept): void {
  try {
    // WebKit's errors alone have one; what kind of browser this is on what kind of device is not asked.
    if (!('sourceURL' in Error())) return;
    // Named like an entry of the journal from before any consent, which nobody reads.
    kept.storage!.setItem(kept.key + END + END, '0'.repeat(OVERWRITE_CHARACTERS));
    kept.rest = MARK;
    kept.write();
    setTimeout(() => {
      if (kept.rest !== MARK) return; // something is granted again; the journal deletes it
      kept.purge();
      kept.write();
    }, OVERWRITE_MS);
  } catch {}
}
