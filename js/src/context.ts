// What all events of a session share about the device. Read only after a grant. The user agent is never read.

export const deviceContext = () => ({
  language: globalThis.navigator?.language,
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  screen_width: globalThis.screen?.width,
  screen_height: globalThis.screen?.height,
});
