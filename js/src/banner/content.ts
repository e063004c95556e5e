// What the banner says: one language, with the page's own words in place of some, checked before anything is shown.
import { askedPurposes, statusOf } from './state.js';
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

/** `value`, if it can be shown. Else throws, with `name` in the message. */
function words(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim()) return value;
  throw new TypeError(`${name} is empty or no text. Give it words`);
}

function checkedLink({ text, url }: BannerLink): BannerLink {
  let scheme = '';
  try {
    scheme = new URL(url, document.baseURI).protocol;
  } catch {
    // It is no address, and refused with those of other schemes.
  }
  if (url != null && SCHEMES.includes(scheme)) return { text: words(`links: text of "${url}"`, text), url };
  throw new TypeError(`links: "${url}" is no address of http, https or mailto. Give one, or a path on this site`);
}

/**
 * What a banner of these options says. Throws a `TypeError` that says what to change in one that is not as it must be:
 * a text that is missing or empty, a link to another scheme, a purpose that the tracker does not know.
 */
export function bannerContent(options: BannerOptions): BannerContent {
  const { consent, locales = [], locale, text: changes, policyUrl, links = [] } = options;
  const tag = locale ?? document.documentElement.lang;
  if (typeof tag !== 'string') throw new TypeError(`locale: ${tag} is no tag. Give one like "de"`);
  const texts: [BannerText, ...BannerText[]] = [en, ...locales];
  if (!texts.every((one) => one?.locale))
    throw new TypeError('locales: not texts. Import them, as { de } from waymark/banner/de');
  const picked = pickText(texts, tag);
  const text: BannerText = { ...picked, ...changes, purposes: { ...picked.purposes, ...changes?.purposes } };
  for (const [name, english] of Object.entries(en))
    if (typeof english === 'string') words(`text: "${name}"`, text[name as keyof BannerText]);

  const purposes = askedPurposes(statusOf(consent), options.purposes).map(({ purpose }) => {
    const { label, use } = text.purposes[purpose] ?? {};
    const name = `text: purposes.${purpose}`;
    return { purpose, label: words(`${name}.label`, label), use: words(`${name}.use`, use) };
  });
  const all = policyUrl === undefined ? links : [{ text: text.policy, url: policyUrl }, ...links];
  return { text, links: all.map(checkedLink), purposes };
}
