import Glean, { BrowserSendBeaconFallbackUploader as uploader } from '@mozilla/glean/web';
import EventMetricType from '@mozilla/glean/private/metrics/event';

const keys = 'order_id order_value currency item_count payment_method coupon is_first_order shipping'.split(' ');

// Its own uploader, but over http, which it refuses as an endpoint even on the loopback interface. It refuses a path too.
const httpClient = {
  post: (url, ping) => uploader.post(url.replace('https:', 'http:'), ping),
  supportsCustomHeaders: () => false,
};

// Takes strings, numbers and booleans alone; sends a ping for each event unless told how many make one.
export function start(endpoint, consent) {
  const checkout = new EventMetricType(
    { category: 'bench', name: 'checkout_completed', sendInPings: ['events'], lifetime: 'ping', disabled: false },
    keys,
  );
  const serverEndpoint = new URL(endpoint).origin.replace('http:', 'https:');
  Glean.initialize('bench', consent === 'granted', { serverEndpoint, httpClient, maxEvents: 50 });
  return {
    track: (_, { shipping, coupon, ...flat }) =>
      checkout.record({ ...flat, coupon: String(coupon), shipping: JSON.stringify(shipping) }),
    flush() {},
  };
}
