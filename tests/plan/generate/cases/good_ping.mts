// What a user of the generated ping.mjs may write.
import { firstRunNotice, init, ping, whyOff } from './ping.mjs';
import type { Event } from './ping.mjs';

init({ endpoint: 'https://collect.example.com', version: '1.0.0' });
console.error(firstRunNotice(), whyOff());
const event: Event = 'cart_emptied';
export const isBegun: boolean = ping(event, { count: 1, durationMs: 2 });
ping('cart_emptied');
