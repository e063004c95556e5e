// What a user of the generated track.mjs may write.
import { init, logEvent, planVersion } from './track.mjs';
import type { CheckoutCompleted, EventArguments, EventName, Outcome } from './track.mjs';

init({ writeKey: 'demo', endpoint: 'https://collect.example.com', consent: ['analytics'] });
const order: CheckoutCompleted = { order_id: 'a', order_value: 1, currency: 'EUR' };
const outcome: Outcome = await logEvent('checkout_completed', order, { userId: 'u', timestamp: new Date() });
await logEvent('cart_emptied');
await logEvent('product_viewed', { product_id: 1 }, { consent: ['analytics'], eventId: '' });
export const version: number = planVersion;
export const isAccepted = outcome.verdict === 'accepted';
export const twice = <E extends EventName>(event: E, ...rest: EventArguments<E>) => [
  logEvent(event, ...rest),
  logEvent(event, ...rest),
];
