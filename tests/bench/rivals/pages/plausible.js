import { init, track } from '@plausible-analytics/tracker';

// Takes strings alone, and has no state before consent: it sets no cookie and claims to need none.
export function start(endpoint) {
  window.__plausible = true; // lifts its filter of automated browsers
  init({ domain: 'example.com', endpoint, captureOnLocalhost: true, autoCapturePageviews: false, logging: false });
  const textual = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
  return {
    track: (name, properties) =>
      track(name, {
        props: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, textual(value)])),
      }),
    flush() {},
  };
}
