// Each marked line must be refused, and no other.
import { init, ping } from './ping.mjs';

ping('cart_emptyed'); // wrong: misspelt event
ping('cart_emptied', { order_id: 'a' }); // wrong: pings have no properties
ping('cart_emptied', { count: '1' }); // wrong: text for a number
init({ version: '1' }); // wrong: no endpoint
