// What is in the cart. In memory only: the shop stores nothing on the device.

import { productById } from './products.js';

const mostOfOne = 9;

/** @type {Map<string, number>} */
const quantities = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();

function changed() {
  for (const listener of listeners) listener();
}

/** Calls `listener` after every change. */
export function onCartChange(listener) {
  listeners.add(listener);
}

/** Sets how many of a product are in the cart: 0 removes it, 9 is the most. Returns the number that it became. */
export function setQuantity(id, quantity) {
  const next = Math.max(0, Math.min(mostOfOne, Math.trunc(quantity)));
  if (next === 0) quantities.delete(id);
  else quantities.set(id, next);
  changed();
  return next;
}

/** How many of a product are in the cart. */
export function quantityOf(id) {
  return quantities.get(id) ?? 0;
}

/** The lines of the cart in the order in which they were added. */
export function cartLines() {
  return [...quantities].map(([id, quantity]) => {
    const product = productById(id);
    return { product, quantity, totalCents: product.priceCents * quantity };
  });
}

/** Number of items and their sum in cents. */
export function cartTotals() {
  const lines = cartLines();
  return {
    item_count: lines.reduce((sum, line) => sum + line.quantity, 0),
    valueCents: lines.reduce((sum, line) => sum + line.totalCents, 0),
  };
}

/** Takes everything out. */
export function emptyCart() {
  quantities.clear();
  changed();
}
