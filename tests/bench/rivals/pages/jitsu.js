import { jitsuAnalytics } from '@jitsu/js';

export function start(endpoint, consent) {
  const refused = { dontSend: true, disableUserIds: true };
  const analytics = jitsuAnalytics({
    host: endpoint,
    writeKey: 'bench:bench',
    privacy: consent === 'granted' ? undefined : refused,
  });
  return { track: (name, properties) => void analytics.track(name, properties), flush() {} };
}
