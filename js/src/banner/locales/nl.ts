import type { BannerText } from '../types.js';

export const nl: BannerText = {
  locale: 'nl',
  direction: 'ltr',
  title: 'Uw keuze over uw gegevens',
  body: 'Met uw toestemming gebruiken we gegevens over uw bezoek voor de hier genoemde doelen. U kunt weigeren en uw keuze altijd wijzigen.',
  policy: 'Privacyverklaring',
  accept: 'Alles accepteren',
  reject: 'Alles weigeren',
  settings: 'Instellingen',
  settingsTitle: 'Privacyinstellingen',
  save: 'Keuze opslaan',
  back: 'Terug',
  reopen: 'Privacykeuzes',
  withdraw: 'Toestemming intrekken',
  signal: 'Afmeldsignaal gerespecteerd',
  alwaysOn: 'Altijd aan',
  signalOff: 'Uit, omdat uw browser een afmeldsignaal stuurt',
  lockedOff: 'Uit en hier niet te wijzigen',
  saved: 'Uw keuze is opgeslagen.',
  purposes: {
    necessary: {
      label: 'Noodzakelijk',
      use: 'Wat de site nodig heeft om te werken, zoals het onthouden van deze keuze.',
    },
    functional: { label: 'Functioneel', use: 'Onthoudt uw instellingen en maakt de site gemakkelijker.' },
    analytics: { label: 'Statistieken', use: 'Meet welke pagina’s en functies worden gebruikt, om ze te verbeteren.' },
    marketing: { label: 'Marketing', use: 'Meet of reclame werkt en stemt die op u af.' },
  },
};
