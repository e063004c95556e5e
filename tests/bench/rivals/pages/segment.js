import { AnalyticsBrowser } from '@segment/analytics-next';

// Has no state before consent of its own: its documentation says not to load it.
export async function start(endpoint) {
  const apiHost = `${endpoint.replace('http://', '')}/v1`;
  const deliveryStrategy = { strategy: 'batching', config: { size: 100, timeout: 1000 } };
  const analytics = AnalyticsBrowser.load(
    { writeKey: 'bench', cdnSettings: { integrations: { 'Segment.io': { apiKey: 'bench' } } } },
    { integrations: { 'Segment.io': { apiHost, protocol: 'http', deliveryStrategy } } },
  );
  await analytics.ready();
  return { track: (name, properties) => void analytics.track(name, properties), flush() {} };
}
