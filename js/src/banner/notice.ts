// What a person was shown, and its hash: which text a choice was made on can be proven later.
import type { Notice } from '../consent/types.js';

/** A notice as it is on the screen. */
export interface ShownNotice {
  /** In the order in which they are read. `shownTexts` takes them from the page. */
  texts: readonly string[];
  /** BCP 47. */
  locale: string;
  variant: string;
}

const NEVER_SHOWN = 'SCRIPT,STYLE,TEMPLATE';

const asRead = (text: string) => text.replace(/[\t\n\f\r ]+/g, ' ').replace(/^ | $/g, '');

/**
 * The text nodes below `root` in document order, each as it is read: white space is one space, none at the ends, and
 * what is empty then is left out. What has the attribute `hidden`, with all that is in it, is not shown.
 */
export function shownTexts(root: Node): string[] {
  return Array.from(root.childNodes).flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return asRead(node.nodeValue ?? '') || [];
    const isShown = node instanceof Element && !node.hasAttribute('hidden') && !node.matches(NEVER_SHOWN);
    return isShown ? shownTexts(node) : [];
  });
}

/**
 * SHA-256 in lower-case hex over the texts in UTF-8, each as it is read and ended by a line feed, so that
 * `printf '%s\n' TEXT… | sha256sum` gives the same. Empty where the platform has no `crypto.subtle`: on pages that are
 * neither https nor on this machine. Never rejects.
 */
export async function noticeHash(texts: readonly string[]): Promise<string> {
  try {
    const bytes = new TextEncoder().encode(texts.map((text) => `${asRead(text)}\n`).join(''));
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  } catch {
    return '';
  }
}

/** The notice of what is shown, as it is recorded with a choice. */
export const noticeOf = async ({ texts, locale, variant }: ShownNotice): Promise<Notice> => ({
  hash: await noticeHash(texts),
  locale,
  variant,
});
