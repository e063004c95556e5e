import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';

const source = {
  id: 'bench',
  name: 'bench',
  writeKey: 'bench',
  enabled: true,
  workspaceId: 'bench',
  config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
  destinations: [],
};

export async function start(endpoint, consent) {
  const analytics = new RudderAnalytics();
  const events = { deliveryType: 'buffer' };
  const preConsent = { enabled: consent !== 'granted', storage: { strategy: 'none' }, events };
  analytics.load('bench', endpoint, {
    configUrl: endpoint,
    getSourceConfig: () => ({ source }),
    queueOptions: { batch: { enabled: true, maxItems: 100 } },
    sendAdblockPage: false,
    preConsent,
  });
  if (consent === 'granted') await new Promise((resolve) => analytics.ready(resolve));
  return { track: (name, properties) => analytics.track(name, properties), flush() {} };
}
