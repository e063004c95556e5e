// What a page hands to the banner. Types only: this file leaves nothing in the bundle.
import type { ConsentControls } from '../consent/types.js';
import type { Purpose } from '../types.js';

/** What a purpose is called, and what the data is used for. */
export interface PurposeText {
  label: string;
  use: string;
}

/** All texts of one language. Each is shown as text, never read as markup. */
export interface BannerText {
  /** BCP 47, for example `pt-BR`. It is the language of the banner's markup and of the notice. */
  locale: string;
  direction: 'ltr' | 'rtl';
  title: string;
  body: string;
  /** The words of the link to `policyUrl`. */
  policy: string;
  accept: string;
  reject: string;
  settings: string;
  settingsTitle: string;
  save: string;
  /** Leaves the settings without a choice. */
  back: string;
  /** The button that stays on the page. */
  reopen: string;
  withdraw: string;
  /** The status line while an opt-out signal is honoured. */
  signal: string;
  /** Beside a purpose that cannot be changed: it is on; a signal denies it; it is off for another reason. */
  alwaysOn: string;
  signalOff: string;
  lockedOff: string;
  /** Said to screen readers after a choice. */
  saved: string;
  purposes: Record<string, PurposeText>;
}

/** Texts of your own in place of those of the language. */
export type BannerTextChanges = Partial<Omit<BannerText, 'purposes'>> & { purposes?: Record<string, PurposeText> };

export interface BannerLink {
  text: string;
  /** http, https or mailto, or relative to the page. */
  url: string;
}

export interface BannerOptions {
  /** The tracker's `consent`. */
  consent: ConsentControls;
  /** The purposes to ask for, in this order. All of the tracker's when left out. */
  purposes?: Purpose[];
  /** Languages besides English, which is always there. */
  locales?: BannerText[];
  /** The language to speak, BCP 47. That of the document (`<html lang>`) when left out; English if it is not there. */
  locale?: string;
  text?: BannerTextChanges;
  /** Where the privacy policy is. Without it there is no such link. */
  policyUrl?: string;
  /** More links, shown after the policy's. */
  links?: BannerLink[];
  /** True makes it a dialog, without an answer to which the page cannot be used. */
  isBlocking?: boolean;
  /** What you call this version of your texts. It is recorded behind the variant: `banner@2024-11`. */
  version?: string;
}

/** The element. It shows nothing before it has options. */
export interface BannerElement extends HTMLElement {
  /** Setting them builds the banner anew. Throws what `showBanner` throws. */
  options: BannerOptions | undefined;
  /** Opens the settings and moves the focus there. When they are left, the focus returns. */
  open(): void;
}
