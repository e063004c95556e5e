import type { BannerText } from '../types.js';

export const fr: BannerText = {
  locale: 'fr',
  direction: 'ltr',
  title: 'Votre choix concernant vos données',
  body: 'Avec votre consentement, nous utilisons des données sur votre visite aux fins indiquées ici. Vous pouvez refuser et modifier votre choix à tout moment.',
  policy: 'Politique de confidentialité',
  accept: 'Tout accepter',
  reject: 'Tout refuser',
  settings: 'Paramètres',
  settingsTitle: 'Paramètres de confidentialité',
  save: 'Enregistrer mes choix',
  back: 'Retour',
  reopen: 'Choix de confidentialité',
  withdraw: 'Retirer mon consentement',
  signal: 'Signal d’opposition respecté',
  alwaysOn: 'Toujours actif',
  signalOff: 'Désactivé, car votre navigateur envoie un signal d’opposition',
  lockedOff: 'Désactivé et non modifiable ici',
  saved: 'Votre choix est enregistré.',
  purposes: {
    necessary: {
      label: 'Nécessaire',
      use: 'Ce dont le site a besoin pour fonctionner, par exemple se souvenir de ce choix.',
    },
    functional: { label: 'Fonctionnel', use: 'Mémorise vos réglages et rend le site plus pratique.' },
    analytics: {
      label: 'Mesure d’audience',
      use: 'Mesure quelles pages et fonctions sont utilisées, afin de les améliorer.',
    },
    marketing: { label: 'Marketing', use: 'Mesure l’efficacité de la publicité et l’adapte à vous.' },
  },
};
