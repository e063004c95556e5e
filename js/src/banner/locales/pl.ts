import type { BannerText } from '../types.js';

export const pl: BannerText = {
  locale: 'pl',
  direction: 'ltr',
  title: 'Twój wybór dotyczący danych',
  body: 'Za Twoją zgodą używamy danych o Twojej wizycie do celów wymienionych tutaj. Możesz odmówić, a swój wybór możesz zmienić w każdej chwili.',
  policy: 'Polityka prywatności',
  accept: 'Zaakceptuj wszystko',
  reject: 'Odrzuć wszystko',
  settings: 'Ustawienia',
  settingsTitle: 'Ustawienia prywatności',
  save: 'Zapisz wybór',
  back: 'Wstecz',
  reopen: 'Opcje prywatności',
  withdraw: 'Wycofaj zgodę',
  signal: 'Sygnał sprzeciwu uwzględniony',
  alwaysOn: 'Zawsze włączone',
  signalOff: 'Wyłączone, ponieważ przeglądarka wysyła sygnał sprzeciwu',
  lockedOff: 'Wyłączone; nie można tego tutaj zmienić',
  saved: 'Twój wybór został zapisany.',
  purposes: {
    necessary: {
      label: 'Niezbędne',
      use: 'To, czego strona potrzebuje do działania, na przykład zapamiętanie tego wyboru.',
    },
    functional: { label: 'Funkcjonalne', use: 'Zapamiętują Twoje ustawienia i ułatwiają korzystanie ze strony.' },
    analytics: { label: 'Analityczne', use: 'Mierzą, które strony i funkcje są używane, aby je ulepszać.' },
    marketing: { label: 'Marketingowe', use: 'Mierzą, czy reklama działa, i dopasowują ją do Ciebie.' },
  },
};
