import type { BannerText } from '../types.js';

export const ja: BannerText = {
  locale: 'ja',
  direction: 'ltr',
  title: 'データに関する選択',
  body: '同意をいただいた場合に限り、ご訪問に関するデータをここに示す目的で利用します。拒否することも、後からいつでも選択を変更することもできます。',
  policy: 'プライバシーポリシー',
  accept: 'すべて同意する',
  reject: 'すべて拒否する',
  settings: '設定',
  settingsTitle: 'プライバシー設定',
  save: '選択を保存',
  back: '戻る',
  reopen: 'プライバシーの選択',
  withdraw: '同意を撤回する',
  signal: 'オプトアウト信号を適用しています',
  alwaysOn: '常にオン',
  signalOff: 'ブラウザがオプトアウト信号を送信しているためオフ',
  lockedOff: 'オフ（ここでは変更できません）',
  saved: '選択を保存しました。',
  purposes: {
    necessary: { label: '必須', use: 'この選択の記憶など、サイトの動作に必要なものです。' },
    functional: { label: '機能', use: '設定を記憶し、サイトを使いやすくします。' },
    analytics: { label: '分析', use: '改善のため、利用されるページと機能を測定します。' },
    marketing: { label: 'マーケティング', use: '広告の効果を測定し、お客様に合わせます。' },
  },
};
