// The consent banner: an entry of its own, which works with the tracker's `consent` and needs nothing else of it.
// Importing it does nothing.
import { newBannerClass } from './banner/element.js';
import type { BannerElement, BannerOptions } from './banner/types.js';

export { en } from './banner/locales/en.js';
export { noticeHash, shownTexts, type ShownNotice } from './banner/notice.js';
export {
  newBannerState,
  type BannerSnapshot,
  type BannerState,
  type BannerStateOptions,
  type BannerView,
  type PurposeRow,
} from './banner/state.js';
export type * from './banner/types.js';
export type * from './consent/types.js';

const TAG = 'waymark-consent';

/**
 * Registers the element under `tag`. A second time changes nothing; nor does it do anything where there is no page.
 * Throws a `TypeError` where `tag` is no name of an element.
 */
export function defineBanner(tag = TAG): void {
  if (typeof customElements === 'undefined' || customElements.get(tag)) return;
  try {
    customElements.define(tag, newBannerClass());
  } catch {
    throw new TypeError(`tag: "${tag}" is no element's name. Give one like ${TAG}`);
  }
}

let early: BannerElement | undefined; // shown before the page has a body

/**
 * Puts the banner first on the page and returns its element; a second call gives the one that is there new options.
 * The question is shown while the tracker must ask it, afterwards the button that opens the settings; before `init`
 * nothing, and what is wrong with `purposes` is an error of the page then. Where the page has no body yet, the banner
 * comes when the page is read.
 * Throws a `TypeError` that says what to change when an option is not as it must be: `consent` is not given, a text
 * missing or empty, a link leads to another scheme than http, https and mailto, or the tracker does not know a purpose;
 * and where there is no document.
 */
export function showBanner(options: BannerOptions): BannerElement {
  defineBanner();
  const element = document.querySelector<BannerElement>(TAG) ?? early ?? (document.createElement(TAG) as BannerElement);
  element.options = { ...options };
  const put = () => {
    early = undefined;
    if (!element.isConnected) document.body.prepend(element);
  };
  if (document.body) put();
  else if (!early) {
    early = element;
    addEventListener('DOMContentLoaded', put, { once: true });
  }
  return element;
}
