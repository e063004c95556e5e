import type { BannerText } from '../types.js';

export const pt: BannerText = {
  locale: 'pt',
  direction: 'ltr',
  title: 'A sua escolha sobre os seus dados',
  body: 'Com o seu consentimento, usamos dados sobre a sua visita para as finalidades aqui indicadas. Pode recusar e mudar a sua escolha a qualquer momento.',
  policy: 'Política de privacidade',
  accept: 'Aceitar tudo',
  reject: 'Rejeitar tudo',
  settings: 'Definições',
  settingsTitle: 'Definições de privacidade',
  save: 'Guardar escolhas',
  back: 'Voltar',
  reopen: 'Opções de privacidade',
  withdraw: 'Retirar consentimento',
  signal: 'Sinal de oposição respeitado',
  alwaysOn: 'Sempre ativo',
  signalOff: 'Desativado, porque o seu navegador envia um sinal de oposição',
  lockedOff: 'Desativado e não pode ser alterado aqui',
  saved: 'A sua escolha foi guardada.',
  purposes: {
    necessary: { label: 'Necessários', use: 'Aquilo de que o site precisa para funcionar, como lembrar esta escolha.' },
    functional: { label: 'Funcionais', use: 'Lembram as suas definições e tornam o site mais cómodo.' },
    analytics: { label: 'Estatísticas', use: 'Medem que páginas e funções são usadas, para as melhorar.' },
    marketing: { label: 'Marketing', use: 'Mede se a publicidade funciona e adapta-a a si.' },
  },
};
