import type { BannerText } from '../types.js';

export const es: BannerText = {
  locale: 'es',
  direction: 'ltr',
  title: 'Su elección sobre sus datos',
  body: 'Con su consentimiento usamos datos sobre su visita para los fines indicados aquí. Puede rechazarlo y cambiar su elección en cualquier momento.',
  policy: 'Política de privacidad',
  accept: 'Aceptar todo',
  reject: 'Rechazar todo',
  settings: 'Configuración',
  settingsTitle: 'Configuración de privacidad',
  save: 'Guardar selección',
  back: 'Volver',
  reopen: 'Opciones de privacidad',
  withdraw: 'Retirar el consentimiento',
  signal: 'Señal de exclusión respetada',
  alwaysOn: 'Siempre activo',
  signalOff: 'Desactivado, porque su navegador envía una señal de exclusión',
  lockedOff: 'Desactivado; no se puede cambiar aquí',
  saved: 'Su elección se ha guardado.',
  purposes: {
    necessary: {
      label: 'Necesario',
      use: 'Lo que el sitio necesita para funcionar, por ejemplo recordar esta elección.',
    },
    functional: { label: 'Funcional', use: 'Recuerda sus ajustes y hace el sitio más cómodo.' },
    analytics: { label: 'Analítica', use: 'Mide qué páginas y funciones se usan, para mejorarlas.' },
    marketing: { label: 'Marketing', use: 'Mide si la publicidad funciona y la adapta a usted.' },
  },
};
