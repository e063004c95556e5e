// The shop: starts the tracker, shows the view that the address names, and keeps header and footer up to date.

import { consent, init, page, track } from './waymark/track.js';
import { mountBanner } from './banner.js';
import { cartTotals, onCartChange } from './cart.js';
import { cartView } from './views/cart.js';
import { catalogueView } from './views/catalogue.js';
import { checkoutView } from './views/checkout.js';
import { confirmationView } from './views/confirmation.js';
import { productView } from './views/product.js';

init({
  writeKey: 'demo',
  endpoint: location.origin,
  app: { name: 'shop', version: '1.0.0' },
  consent: { defaults: { analytics: 'unknown', marketing: 'unknown', functional: 'unknown' }, whileUnknown: 'hold' },
});

const views = {
  catalogue: catalogueView,
  product: productView,
  cart: cartView,
  checkout: checkoutView,
  confirmation: confirmationView,
};

const content = document.getElementById('content');

/**
 * Shows the view of the present address. A view returns its title, its nodes, the properties of the page view and,
 * if there is more to record, `shown`, which is called once it is on the page.
 */
function show(moveFocus) {
  const address = new URLSearchParams(location.search);
  const asked = address.get('view') ?? 'catalogue';
  const name = Object.hasOwn(views, asked) ? asked : 'catalogue';
  const view = views[name](address, navigate);

  document.title = `${view.title} · Cairn`;
  content.replaceChildren(...view.nodes);
  for (const link of document.querySelectorAll('.nav-link')) {
    if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  page({ view: name, ...view.page });
  view.shown?.();

  if (!moveFocus) return;
  scrollTo(0, 0);
  const heading = content.querySelector('h1');
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Goes to a view of the shop without loading the page again. */
function navigate(address) {
  history.pushState(null, '', address);
  show(true);
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[data-view]');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain) return;
  event.preventDefault();
  if (link.dataset.promotion) {
    track('promotion_clicked', { promotion_id: link.dataset.promotion }, { purpose: 'marketing' });
  }
  navigate(link.href);
});
addEventListener('popstate', () => show(true));

function showCartCount() {
  document.getElementById('cart-count').textContent = String(cartTotals().item_count);
}

const sentStates = {
  unknown: 'Nothing yet. Until you answer, what happens here waits in memory and leaves with the page.',
  granted: 'You allowed analytics: page views and clicks in this shop, without anything that you type.',
  denied: 'Nothing. You said no, and that is all this shop remembers.',
};

function showSentState() {
  const state = consent.get('analytics');
  document.getElementById('sent-state').textContent = sentStates[state];
  document.getElementById('sent-dot').dataset.state = state;
}

onCartChange(showCartCount);
consent.onChange(showSentState);
showSentState();
mountBanner(consent, {
  container: document.getElementById('privacy'),
  reopen: document.getElementById('privacy-choices'),
  announcement: document.getElementById('announcement'),
});
show(false);
