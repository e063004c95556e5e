// Checkout. What is typed here stays here: the event says that an order was made, for how much and by which means.

import { track } from '../waymark/track.js';
import { cartLines, cartTotals, emptyCart } from '../cart.js';
import { element } from '../element.js';
import { currency, priceText } from '../products.js';
import { rememberOrder } from './confirmation.js';

const fields = [
  { id: 'full-name', label: 'Name', autocomplete: 'name', type: 'text', wanted: 'Enter your name.' },
  {
    id: 'email',
    label: 'E-mail',
    autocomplete: 'email',
    type: 'email',
    wanted: 'Enter an e-mail address, such as ada@example.com.',
  },
  {
    id: 'street',
    label: 'Street and number',
    autocomplete: 'street-address',
    type: 'text',
    wanted: 'Enter street and number.',
  },
  { id: 'postcode', label: 'Postcode', autocomplete: 'postal-code', type: 'text', wanted: 'Enter a postcode.' },
  { id: 'city', label: 'City', autocomplete: 'address-level2', type: 'text', wanted: 'Enter a city.' },
];

const payments = [
  { id: 'card', label: 'Card' },
  { id: 'bank_transfer', label: 'Bank transfer' },
  { id: 'invoice', label: 'Invoice' },
];

function newOrderId() {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  return `ord_${100000 + (number % 900000)}`;
}

function field({ id, label, type, autocomplete }) {
  const error = element('p', { class: 'field-error', id: `${id}-error`, hidden: true });
  const input = element('input', {
    id,
    name: id,
    type,
    autocomplete,
    required: true,
    'aria-describedby': `${id}-error`,
  });
  return element('div', { class: `field field-${id}` }, element('label', { for: id }, label), input, error);
}

/** Shows what is wrong under its field (WCAG 3.3.1). Returns the first input at fault, or undefined. */
function showFaults(form) {
  let first;
  for (const { id, wanted } of fields) {
    const input = form.querySelector(`#${id}`);
    const error = form.querySelector(`#${id}-error`);
    const good = input.checkValidity() && input.value.trim() !== '';
    error.hidden = good;
    error.textContent = good ? '' : wanted;
    input.setAttribute('aria-invalid', String(!good));
    if (!good) first ??= input;
  }
  return first;
}

/** See `show` in shop.js for what a view returns. */
export function checkoutView(address, navigate) {
  const { item_count, valueCents } = cartTotals();
  if (item_count === 0) {
    return {
      title: 'Checkout',
      nodes: [
        element('h1', {}, 'Nothing to check out'),
        element('p', {}, 'Your cart is empty.'),
        element('p', {}, element('a', { class: 'button', href: './', 'data-view': true }, 'Go to the catalogue')),
      ],
      page: {},
    };
  }

  function order(event) {
    event.preventDefault();
    const fault = showFaults(form);
    if (fault) {
      fault.focus();
      return;
    }
    const completed = {
      order_id: newOrderId(),
      order_value: valueCents / 100,
      item_count,
      currency,
      payment_method: new FormData(form).get('payment'),
    };
    track('checkout_completed', completed);
    rememberOrder(completed);
    emptyCart();
    navigate('?view=confirmation');
  }

  const form = element(
    'form',
    { class: 'form', novalidate: true, onsubmit: order },
    element('div', { class: 'fields' }, fields.map(field)),
    element(
      'fieldset',
      { class: 'payments' },
      element('legend', {}, 'Payment'),
      payments.map(({ id, label }, index) =>
        element(
          'label',
          { class: 'payment' },
          element('input', { type: 'radio', name: 'payment', value: id, checked: index === 0 }),
          element('span', {}, label),
        ),
      ),
    ),
    element(
      'button',
      { type: 'submit', class: 'button button-large', id: 'order-now' },
      `Order for ${priceText(valueCents)}`,
    ),
    element('p', { class: 'fine' }, 'Nothing that you type here leaves this page.'),
  );

  return {
    title: 'Checkout',
    nodes: [
      element('h1', {}, 'Checkout'),
      element(
        'div',
        { class: 'checkout' },
        form,
        element(
          'aside',
          { class: 'panel', 'aria-label': 'Your order' },
          element('h2', {}, 'Your order'),
          element(
            'ul',
            { class: 'summary', role: 'list' },
            cartLines().map(({ product, quantity, totalCents }) =>
              element(
                'li',
                {},
                element('span', {}, `${quantity} × ${product.name}`),
                element('span', {}, priceText(totalCents)),
              ),
            ),
          ),
          element('p', { class: 'sum' }, element('span', {}, 'Sum'), element('strong', {}, priceText(valueCents))),
        ),
      ),
    ],
    page: {},
    shown: () => track('checkout_started', { item_count, order_value: valueCents / 100, currency }),
  };
}
