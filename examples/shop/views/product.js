// One product, and the button that everything is about.

import { track } from '../waymark/track.js';
import { picture } from '../art.js';
import { quantityOf, setQuantity } from '../cart.js';
import { element } from '../element.js';
import { categories, currency, priceText, productById } from '../products.js';

function missing() {
  return {
    title: 'Not found',
    nodes: [
      element('h1', {}, 'We do not have that'),
      element('p', {}, 'The address names a product that is not in the catalogue.'),
      element('p', {}, element('a', { class: 'button', href: './', 'data-view': true }, 'Go to the catalogue')),
    ],
    page: {},
  };
}

/** See `show` in shop.js for what a view returns. */
export function productView(address) {
  const product = productById(address.get('product'));
  if (!product) return missing();

  const category = categories.find(({ id }) => id === product.category);
  const properties = { product_id: product.id, category: product.category, price: product.priceCents / 100, currency };
  const status = element('p', { class: 'added', role: 'status' });

  function add() {
    const before = quantityOf(product.id);
    const after = setQuantity(product.id, before + 1);
    if (after === before) {
      status.textContent = `There are ${after} in your cart. That is the most of one thing.`;
      return;
    }
    track('product_added', { ...properties, quantity: after });
    status.replaceChildren(
      `In your cart: ${after}. `,
      element('a', { href: '?view=cart', 'data-view': true }, 'Go to the cart'),
    );
  }

  return {
    title: product.name,
    nodes: [
      element('p', { class: 'back' }, element('a', { href: './', 'data-view': true }, '← All products')),
      element(
        'div',
        { class: 'detail' },
        element('div', { class: `tile detail-tile tone-${product.tone}` }, picture(product.id)),
        element(
          'div',
          { class: 'detail-text' },
          element('p', { class: 'eyebrow' }, category.label),
          element('h1', {}, product.name),
          element('p', { class: 'lead' }, product.line),
          element('p', {}, product.story),
          element('p', { class: 'price price-large' }, priceText(product.priceCents)),
          element('button', { type: 'button', class: 'button button-large', id: 'add', onclick: add }, 'Add to cart'),
          status,
          element(
            'dl',
            { class: 'facts' },
            product.facts.map(([term, fact]) => element('div', {}, element('dt', {}, term), element('dd', {}, fact))),
          ),
        ),
      ),
    ],
    page: { product_id: product.id },
    shown: () => track('product_viewed', properties),
  };
}
