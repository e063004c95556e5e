import type { BannerText } from '../types.js';

export const ar: BannerText = {
  locale: 'ar',
  direction: 'rtl',
  title: 'خيارك بشأن بياناتك',
  body: 'بموافقتك نستخدم بيانات عن زيارتك للأغراض المذكورة هنا. يمكنك الرفض، ويمكنك تغيير خيارك في أي وقت.',
  policy: 'سياسة الخصوصية',
  accept: 'قبول الكل',
  reject: 'رفض الكل',
  settings: 'الإعدادات',
  settingsTitle: 'إعدادات الخصوصية',
  save: 'حفظ الخيارات',
  back: 'رجوع',
  reopen: 'خيارات الخصوصية',
  withdraw: 'سحب الموافقة',
  signal: 'تم الالتزام بإشارة الاعتراض',
  alwaysOn: 'مفعّل دائمًا',
  signalOff: 'معطّل، لأن متصفحك يرسل إشارة اعتراض',
  lockedOff: 'معطّل ولا يمكن تغييره هنا',
  saved: 'تم حفظ خيارك.',
  purposes: {
    necessary: { label: 'ضروري', use: 'ما يحتاجه الموقع ليعمل، مثل تذكّر هذا الخيار.' },
    functional: { label: 'وظيفي', use: 'يتذكّر إعداداتك ويجعل استخدام الموقع أسهل.' },
    analytics: { label: 'تحليلات', use: 'تقيس الصفحات والوظائف المستخدمة من أجل تحسينها.' },
    marketing: { label: 'تسويق', use: 'يقيس فاعلية الإعلانات ويلائمها لك.' },
  },
};
