import { newTracker, trackSelfDescribingEvent, flushBuffer } from '@snowplow/browser-tracker';

const schema = 'iglu:com.example/checkout_completed/jsonschema/1-0-0';

// Before consent: anonymous tracking without server cookies or storage, which still sends.
export function start(endpoint, consent) {
  const anonymous = { anonymousTracking: { withServerAnonymisation: true }, stateStorageStrategy: 'none' };
  newTracker('bench', endpoint, {
    appId: 'bench',
    postPath: '/snowplow/post',
    ...(consent === 'granted' ? { keepalive: true } : anonymous),
  });
  return {
    track: (_, properties) => trackSelfDescribingEvent({ event: { schema, data: properties } }),
    flush: () => flushBuffer(),
  };
}
