import type { BannerText } from '../types.js';

export const it: BannerText = {
  locale: 'it',
  direction: 'ltr',
  title: 'La tua scelta sui tuoi dati',
  body: 'Con il tuo consenso usiamo dati sulla tua visita per le finalità indicate qui. Puoi rifiutare e cambiare la tua scelta in qualsiasi momento.',
  policy: 'Informativa sulla privacy',
  accept: 'Accetta tutto',
  reject: 'Rifiuta tutto',
  settings: 'Impostazioni',
  settingsTitle: 'Impostazioni sulla privacy',
  save: 'Salva le scelte',
  back: 'Indietro',
  reopen: 'Scelte sulla privacy',
  withdraw: 'Revoca il consenso',
  signal: 'Segnale di opposizione rispettato',
  alwaysOn: 'Sempre attivo',
  signalOff: 'Disattivato, perché il tuo browser invia un segnale di opposizione',
  lockedOff: 'Disattivato e non modificabile qui',
  saved: 'La tua scelta è salvata.',
  purposes: {
    necessary: { label: 'Necessari', use: 'Ciò che serve al sito per funzionare, ad esempio ricordare questa scelta.' },
    functional: { label: 'Funzionali', use: 'Ricordano le tue impostazioni e rendono il sito più comodo.' },
    analytics: { label: 'Statistiche', use: 'Misurano quali pagine e funzioni vengono usate, per migliorarle.' },
    marketing: { label: 'Marketing', use: 'Misura se la pubblicità funziona e la adatta a te.' },
  },
};
