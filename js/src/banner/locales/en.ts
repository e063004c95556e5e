import type { BannerText } from '../types.js';

export const en: BannerText = {
  locale: 'en',
  direction: 'ltr',
  title: 'Your choice about your data',
  body: 'With your consent we use data about your visit for the purposes named here. You can refuse, and you can change your choice at any time.',
  policy: 'Privacy policy',
  accept: 'Accept all',
  reject: 'Reject all',
  settings: 'Settings',
  settingsTitle: 'Privacy settings',
  save: 'Save choices',
  back: 'Back',
  reopen: 'Privacy choices',
  withdraw: 'Withdraw consent',
  signal: 'Opt-out signal honoured',
  alwaysOn: 'Always on',
  signalOff: 'Off, because your browser sends an opt-out signal',
  lockedOff: 'Off, and cannot be changed here',
  saved: 'Your choice is saved.',
  purposes: {
    necessary: { label: 'Necessary', use: 'What the site needs to work, such as remembering this choice.' },
    functional: { label: 'Functional', use: 'Remembers your settings and makes the site more convenient.' },
    analytics: { label: 'Analytics', use: 'Measures which pages and functions are used, to improve them.' },
    marketing: { label: 'Marketing', use: 'Measures whether advertising works and fits it to you.' },
  },
};
