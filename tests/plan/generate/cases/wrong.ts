// Each marked line must be refused, and no other.
import { group, identify, init, track } from './track';
import type { EventName } from './track';

const good = { order_id: 'a', order_value: 1, currency: 'EUR' as const };
track('checkout_completed', good);
track('checkout_complete', good); // wrong: misspelt event
track('checkout_completed'); // wrong: no properties
track('checkout_completed', {}); // wrong: required properties
track('checkout_completed', { order_id: 'a', currency: 'EUR' }); // wrong: one required property
track('checkout_completed', { ...good, order_value: '1' }); // wrong: text for a number
track('checkout_completed', { ...good, order_id: 1 }); // wrong: a number for text
track('checkout_completed', { ...good, order_valu: 1 }); // wrong: unknown property
track('checkout_completed', { ...good, currency: 'CHF' }); // wrong: value of an enumeration
track('checkout_completed', { ...good, payment: 'cash' }); // wrong: value of an enumeration that may be left out
track('checkout_completed', { ...good, order_id: null }); // wrong: null
track('checkout_completed', { ...good, items: [{ sku: 's' }] }); // wrong: required property of an element
track('checkout_completed', { ...good, items: [{ sku: 's', price: 1, color: 1 }] }); // wrong: unknown property of an element
track('checkout_completed', { ...good, items: { sku: 's', price: 1 } }); // wrong: no array
track('checkout_completed', { ...good, shipping: {} }); // wrong: required property of an object
track('checkout_completed', good, { purpose: 'fun' }); // wrong: purpose
track('product_viewed', { product_id: true }); // wrong: neither alternative
track('product_viewed', { product_id: 1, size: [1, 2, 3] }); // wrong: too many elements
track('product_viewed', { product_id: 1, size: [1] }); // wrong: too few elements
track('product_viewed', { product_id: 1, rating: 6 }); // wrong: number of an enumeration
track('product_viewed', { product_id: 1, category: { title: 'a', inside: [{}] } }); // wrong: inside a recursive type
track('cart_emptied', { a: 1 }); // wrong: property of an event without
track('basket_opened', { from: 1 }); // wrong: known property of an open object
identify('user', { plan: 'gold' }); // wrong: trait
group('company', { size: 1 }); // wrong: unknown trait
init({ writeKey: 'demo' }); // wrong: no endpoint
const tracker = init({ writeKey: 'demo', endpoint: 'https://collect.example.com' });
tracker.track('checkout_complete', good); // wrong: misspelt event of a tracker
export const name: EventName = 'checkout'; // wrong: name alone
