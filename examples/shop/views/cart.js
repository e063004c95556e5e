// The cart: change quantities, take things out, go on to checkout.

import { track } from '../waymark/track.js';
import { picture } from '../art.js';
import { cartLines, cartTotals, setQuantity } from '../cart.js';
import { element } from '../element.js';
import { currency, priceText } from '../products.js';

/** See `show` in shop.js for what a view returns. */
export function cartView() {
  const list = element('div', { class: 'cart' });

  function change(product, before, wanted) {
    const after = setQuantity(product.id, wanted);
    const properties = {
      product_id: product.id,
      category: product.category,
      price: product.priceCents / 100,
      currency,
    };
    if (after > before) track('product_added', { ...properties, quantity: after });
    if (after < before) track('product_removed', { ...properties, quantity: after });
    fill();
    const next = list.querySelector(`[data-product="${product.id}"] select`) ?? document.querySelector('main h1');
    next.tabIndex = next.tagName === 'H1' ? -1 : 0;
    next.focus();
  }

  function row({ product, quantity, totalCents }) {
    const choose = element(
      'select',
      {
        'aria-label': `Quantity of ${product.name}`,
        onchange: () => change(product, quantity, Number(choose.value)),
      },
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => element('option', { value: n, selected: n === quantity }, String(n))),
    );
    return element(
      'li',
      { class: 'line', 'data-product': product.id },
      element('div', { class: `tile line-tile tone-${product.tone}` }, picture(product.id)),
      element(
        'div',
        { class: 'line-name' },
        element('a', { href: `?view=product&product=${product.id}`, 'data-view': true }, product.name),
        element('span', { class: 'fine' }, `${priceText(product.priceCents)} each`),
      ),
      choose,
      element('span', { class: 'price line-total' }, priceText(totalCents)),
      element(
        'button',
        {
          type: 'button',
          class: 'button button-quiet',
          'aria-label': `Remove ${product.name}`,
          onclick: () => change(product, quantity, 0),
        },
        'Remove',
      ),
    );
  }

  function fill() {
    const lines = cartLines();
    if (lines.length === 0) {
      list.replaceChildren(
        element(
          'div',
          { class: 'empty' },
          element('p', {}, 'Nothing in it yet. A light load is a good start.'),
          element('a', { class: 'button', href: './', 'data-view': true }, 'Go to the catalogue'),
        ),
      );
      return;
    }
    list.replaceChildren(
      element('ul', { class: 'lines', role: 'list' }, lines.map(row)),
      element(
        'aside',
        { class: 'panel', 'aria-label': 'Sum' },
        element(
          'p',
          { class: 'sum' },
          element('span', {}, 'Sum'),
          element('strong', {}, priceText(cartTotals().valueCents)),
        ),
        element('p', { class: 'fine' }, 'Delivery is free, and imaginary.'),
        element('a', { class: 'button button-large', href: '?view=checkout', 'data-view': true }, 'Go to checkout'),
      ),
    );
  }

  fill();
  const { item_count, valueCents } = cartTotals();
  return {
    title: 'Cart',
    nodes: [element('h1', {}, 'Your cart'), list],
    page: {},
    shown: () => track('cart_viewed', { item_count, order_value: valueCents / 100, currency }),
  };
}
