// After the order: says what was ordered, and what of it was recorded.

import { consent } from '../waymark/track.js';
import { picture } from '../art.js';
import { element } from '../element.js';
import { priceText } from '../products.js';

let lastOrder;

/** Keeps the order for the confirmation, in memory only. */
export function rememberOrder(order) {
  lastOrder = order;
}

/** See `show` in shop.js for what a view returns. */
export function confirmationView() {
  if (!lastOrder) {
    return {
      title: 'No order',
      nodes: [
        element('h1', {}, 'No order yet'),
        element('p', {}, element('a', { class: 'button', href: './', 'data-view': true }, 'Go to the catalogue')),
      ],
      page: {},
    };
  }

  const recorded = consent.get('analytics') !== 'denied';
  const event = JSON.stringify({ event_name: 'checkout_completed', properties: lastOrder }, null, 2);
  return {
    title: 'Thank you',
    nodes: [
      element(
        'div',
        { class: 'thanks' },
        element('div', { class: 'tile thanks-tile tone-moss' }, picture('cairn')),
        element(
          'div',
          {},
          element('p', { class: 'eyebrow' }, `Order ${lastOrder.order_id}`),
          element('h1', {}, 'Thank you, and mind the path'),
          element(
            'p',
            { class: 'lead' },
            `${lastOrder.item_count} ${lastOrder.item_count === 1 ? 'thing' : 'things'} for ${priceText(lastOrder.order_value * 100)}. None will arrive: this shop is a demonstration.`,
          ),
          recorded &&
            element(
              'h2',
              {},
              consent.get('analytics') === 'granted' ? 'All that was recorded of it' : 'All that waits for your answer',
            ),
          recorded &&
            element(
              'pre',
              { class: 'event', tabindex: '0', role: 'region', 'aria-label': 'The recorded event' },
              event,
            ),
          !recorded && element('p', {}, 'Nothing of this was recorded, because you said no.'),
          element('p', {}, element('a', { class: 'button', href: './', 'data-view': true }, 'Back to the catalogue')),
        ),
      ),
    ],
    page: {},
  };
}
