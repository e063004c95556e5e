// What the banner says: one language, with the page's own words in place of some, checked before anything is shown.
import { askedPurposes } from './state.js';
import { en } from './locales/en.js';
import type { BannerLink, BannerOptions, BannerText } from './types.js';
import type { PurposeText } from './types.js';
import type { Purpose } from '../types.js';

export interface BannerContent {
  text: BannerText;
  links: BannerLink[];
  purposes: ({ purpose: Purpose } & PurposeText)[];
}

const SCHEMES = ['https:', 'http:', 'mailto:'];

const sameTag = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const base = (tag: string) => tag.split('-')[0]!;

/** The text for a BCP 47 tag: the same tag, else the same language, else the first that is given. */
export const pickText = (texts: [BannerText, ...BannerText[]], tag: string): BannerText =>
  texts.find(({ locale }) => sameTag(locale, tag)) ??
  texts.find(({ locale }) => sameTag(base(locale), base(tag))) ??
  texts[0];

function checkedLink({ text, url }: BannerLink): BannerLink {
  let scheme = '';
  try {
    scheme = new URL(url, document.baseURI).protocol;
  } catch {
    // It is no address, and refused with those of other schemes.
  }
  if (SCHEMES.includes(scheme)) return { text, url };
  throw new TypeError(`links: "${url}" is no address of http, https or mailto. Give one, or a path on this site`);
}

/**
 * What a banner of these options says. Throws a `TypeError` that says what to change when a text is missing or empty,
 * a link leads to another scheme, or the tracker does not know a purpose.
 */
export function bannerContent(options: BannerOptions): BannerContent {
  const { consent, locales = [], locale, text: changes, policyUrl, links = [] } = options;
  const picked = pickText([en, ...locales], locale ?? document.documentElement.lang);
  const text: BannerText = { ...picked, ...changes, purposes: { ...picked.purposes, ...changes?.purposes } };
  for (const [name, value] of Object.entries(text))
    if (typeof value === 'string' && !value.trim()) throw new TypeError(`text: "${name}" is empty. Give it words`);

  const purposes = askedPurposes(consent.status(), options.purposes).map(({ purpose }) => {
    const { label, use } = text.purposes[purpose] ?? { label: '', use: '' };
    if (label.trim() && use.trim()) return { purpose, label, use };
    throw new TypeError(`text: purpose "${purpose}" has no words. Give text.purposes.${purpose} = { label, use }`);
  });
  const all = policyUrl === undefined ? links : [{ text: text.policy, url: policyUrl }, ...links];
  return { text, links: all.map(checkedLink), purposes };
}
