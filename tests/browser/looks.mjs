// The windows and colours in which pages are checked.
export const wide = { width: 1280, height: 900 };
export const narrow = { width: 320, height: 640 };

export const looks = {
  'in light colours': { viewport: wide, colorScheme: 'light' },
  'in dark colours': { viewport: wide, colorScheme: 'dark' },
  '320 pixels wide': { viewport: narrow, colorScheme: 'light' },
  '320 pixels wide in dark colours': { viewport: narrow, colorScheme: 'dark' },
};

/** Of pages that look alike everywhere else: each window and each colour once, or with WAYMARK_ALL all. */
export const checkedLooks = process.env.WAYMARK_ALL
  ? looks
  : Object.fromEntries(['in light colours', '320 pixels wide in dark colours'].map((look) => [look, looks[look]]));
