// The first page: an offer, the filters, and the products.

import { track } from '../waymark/track.js';
import { picture } from '../art.js';
import { element } from '../element.js';
import { categories, currency, priceText, products } from '../products.js';

const orders = [
  { id: 'featured', label: 'Featured', compare: () => 0 },
  { id: 'price_up', label: 'Price, low to high', compare: (a, b) => a.priceCents - b.priceCents },
  { id: 'price_down', label: 'Price, high to low', compare: (a, b) => b.priceCents - a.priceCents },
  { id: 'name', label: 'Name', compare: (a, b) => a.name.localeCompare(b.name) },
];

// Kept while other views are shown, so that "back" finds the list as it was left.
const chosen = { category: 'all', order: 'featured', words: '' };

function found() {
  const words = chosen.words.trim().toLowerCase();
  const { compare } = orders.find((order) => order.id === chosen.order);
  return products
    .filter((product) => chosen.category === 'all' || product.category === chosen.category)
    .filter((product) => `${product.name} ${product.line}`.toLowerCase().includes(words))
    .sort(compare);
}

/** The card of one product, as it stands in a grid. */
function card(product) {
  return element(
    'li',
    { class: 'card' },
    element('div', { class: `tile tone-${product.tone}` }, picture(product.id)),
    element(
      'div',
      { class: 'card-text' },
      element(
        'h3',
        { class: 'card-name' },
        element('a', { href: `?view=product&product=${product.id}`, 'data-view': true }, product.name),
      ),
      element('p', { class: 'card-line' }, product.line),
      element('p', { class: 'price' }, priceText(product.priceCents)),
    ),
  );
}

function offer() {
  return element(
    'section',
    { class: 'hero', 'aria-labelledby': 'hero-title' },
    picture('landscape'),
    element(
      'div',
      { class: 'hero-text' },
      element('p', { class: 'eyebrow' }, 'Autumn, on foot'),
      element('h1', { id: 'hero-title' }, 'Goods for the way'),
      element('p', {}, 'A dozen things that last, and nothing you have to charge.'),
      element(
        'a',
        {
          class: 'button hero-button',
          href: '?view=product&product=ridge-tent',
          'data-view': true,
          'data-promotion': 'autumn_tent',
        },
        'See the ridge tent',
      ),
    ),
  );
}

/** See `show` in shop.js for what a view returns. */
export function catalogueView() {
  const grid = element('ul', { class: 'grid', role: 'list' });
  const count = element('p', { class: 'count', role: 'status' });

  function fill() {
    const shown = found();
    grid.replaceChildren(...shown.map(card));
    count.textContent =
      shown.length === 0
        ? 'Nothing found. Try another word or category.'
        : `${shown.length} of ${products.length} products`;
    return shown.length;
  }

  function chip({ id, label }) {
    return element(
      'label',
      { class: 'chip' },
      element('input', {
        type: 'radio',
        name: 'category',
        value: id,
        checked: chosen.category === id,
        onchange: () => {
          chosen.category = id;
          track('filter_applied', { category: id, result_count: fill() });
        },
      }),
      element('span', {}, label),
    );
  }

  const search = element('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Search',
    'aria-label': 'Search products',
    autocomplete: 'off',
    value: chosen.words,
    oninput: () => {
      chosen.words = search.value;
      fill();
    },
    // What people type may be anything, so its length is recorded and not the words.
    onchange: () => {
      if (chosen.words.trim() === '') return;
      track('search_performed', { query_length: chosen.words.trim().length, result_count: found().length });
    },
  });
  const order = element(
    'select',
    {
      id: 'order',
      'aria-label': 'Sort by',
      onchange: () => {
        chosen.order = order.value;
        fill();
        track('sort_changed', { sort_order: order.value }, { purpose: 'functional' });
      },
    },
    orders.map(({ id, label }) => element('option', { value: id, selected: chosen.order === id }, label)),
  );
  const tools = element(
    'div',
    { class: 'tools' },
    element(
      'fieldset',
      { class: 'chips' },
      element('legend', { class: 'visually-hidden' }, 'Category'),
      [{ id: 'all', label: 'All' }, ...categories].map(chip),
    ),
    element('div', { class: 'tools-end' }, search, order),
  );

  fill();
  return {
    title: 'Goods for the way',
    nodes: [offer(), element('h2', { class: 'visually-hidden' }, 'Products'), tools, count, grid],
    page: { category: chosen.category },
    shown: () => track('catalogue_viewed', { product_count: found().length, currency }),
  };
}
