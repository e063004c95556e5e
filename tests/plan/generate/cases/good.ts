// What a user of the generated track.ts may write.
import { createTracker, flush, group, identify, init, page, track } from './track';
import type { CheckoutCompleted, EventArguments, EventName, EventProperties, Verdict } from './track';

const tracker = init({ writeKey: 'demo', endpoint: 'https://collect.example.com' });
track('checkout_completed', { order_id: 'a', order_value: 1.5, currency: 'EUR' });
track('checkout_completed', { order_id: 'a', order_value: 1, currency: 'USD', coupon: null, note: { any: ['thing'] } });
track(
  'checkout_completed',
  { order_id: 'a', order_value: 1, currency: 'GBP', items: [{ sku: 's', price: 2, options: { size: 'XL' } }] },
  { purpose: 'analytics' },
);
track('product_viewed', { product_id: 7, size: [1, 2], rating: 5 });
track('product_viewed', { product_id: 'p', category: { title: 'a', inside: [{ title: 'b', inside: [] }] } });
track('cart_emptied');
track('cart_emptied', {});
track('app_crashed', { anything: true });
track('basket_opened', { from: 'menu', more: 1 });
tracker.track('cart_emptied');
createTracker({ writeKey: 'other', endpoint: 'https://collect.example.com' }).identify('user', { plan: 'paid' });
identify('user', { plan: 'free', seats: 3 });
group('company', { industry: 'food' });
page();
await flush();

const order: CheckoutCompleted = { order_id: 'a', order_value: 1, currency: 'EUR' };
track('checkout_completed', order);
const properties: EventProperties<'product_viewed'> = { product_id: 1 };
track('product_viewed', properties);

export function trackTwice<E extends EventName>(event: E, ...rest: EventArguments<E>): Verdict {
  track(event, ...rest);
  return track(event, ...rest);
}
trackTwice('cart_emptied');
trackTwice('product_viewed', { product_id: 1 });
