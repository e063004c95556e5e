import { createTracker } from '../../../../js/dist/track.js';

export async function start(endpoint, consent) {
  const defaults = { analytics: consent === 'granted' ? 'granted' : 'unknown' };
  const tracker = createTracker({ writeKey: 'bench', endpoint, consent: { defaults } });
  if (consent === 'granted') await tracker.ready;
  return { track: tracker.track, flush: () => tracker.flush() };
}
