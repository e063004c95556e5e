// Each marked line must be refused, and no other.
import { init, logEvent } from './track.mjs';

const order = { order_id: 'a', order_value: 1, currency: 'EUR' } as const;
logEvent('checkout_complete', order); // wrong: misspelt event
logEvent('checkout_completed'); // wrong: no properties
logEvent('checkout_completed', { ...order, order_value: '1' }); // wrong: text for a number
logEvent('checkout_completed', { ...order, unknown: 1 }); // wrong: unknown property
logEvent('checkout_completed', { ...order, currency: 'CHF' }); // wrong: value of an enumeration
logEvent('checkout_completed', order, { user: 'u' }); // wrong: no such detail
init({ writeKey: 'demo', endpoint: 'https://collect.example.com' }); // wrong: nothing said of consent
