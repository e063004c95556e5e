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

/** Registers the element under `tag`. A second time changes nothing; nor does it do anything where there is no page. */
export function defineBanner(tag = TAG): void {
  if (typeof customElements !== 'undefined' && !customElements.get(tag)) customElements.define(tag, newBannerClass());
}

/**
 * Puts the banner first on the page and returns its element; a second call gives the one that is there new options.
 * The question is shown while the tracker must ask it, afterwards the button that opens the settings; before `init`
 * nothing, and what is wrong with `purposes` is an error of the page then.
 * Throws a `TypeError` that says what to change when a text is missing or empty, a link leads to another scheme than
 * http, https and mailto, or the tracker does not know a purpose; and where there is no document.
 */
export function showBanner(options: BannerOptions): BannerElement {
  defineBanner();
  const element = document.querySelector<BannerElement>(TAG) ?? (document.createElement(TAG) as BannerElement);
  element.options = options;
  if (!element.isConnected) document.body.prepend(element);
  return element;
}
