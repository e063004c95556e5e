import type { BannerText } from '../types.js';

export const de: BannerText = {
  locale: 'de',
  direction: 'ltr',
  title: 'Ihre Wahl zu Ihren Daten',
  body: 'Mit Ihrer Einwilligung verwenden wir Daten über Ihren Besuch für die hier genannten Zwecke. Sie können ablehnen und Ihre Wahl jederzeit ändern.',
  policy: 'Datenschutzerklärung',
  accept: 'Alle akzeptieren',
  reject: 'Alle ablehnen',
  settings: 'Einstellungen',
  settingsTitle: 'Datenschutzeinstellungen',
  save: 'Auswahl speichern',
  back: 'Zurück',
  reopen: 'Datenschutzauswahl',
  withdraw: 'Einwilligung widerrufen',
  signal: 'Widerspruchssignal wird beachtet',
  alwaysOn: 'Immer an',
  signalOff: 'Aus, weil Ihr Browser ein Widerspruchssignal sendet',
  lockedOff: 'Aus und hier nicht änderbar',
  saved: 'Ihre Wahl ist gespeichert.',
  purposes: {
    necessary: {
      label: 'Notwendig',
      use: 'Was die Website zum Funktionieren braucht, etwa um sich diese Wahl zu merken.',
    },
    functional: { label: 'Funktional', use: 'Merkt sich Ihre Einstellungen und macht die Website bequemer.' },
    analytics: { label: 'Statistik', use: 'Misst, welche Seiten und Funktionen genutzt werden, um sie zu verbessern.' },
    marketing: { label: 'Marketing', use: 'Misst, ob Werbung wirkt, und passt sie an Sie an.' },
  },
};
