// The consent banner. A labelled region that traps nothing: the page can be used without an answer, and nothing is
// recorded until there is one. Accept and reject are one click each and look alike.

import { element } from './element.js';

const purposes = [
  { id: 'analytics', label: 'Analytics', use: 'Which pages and products are looked at, and where an order stops.' },
  { id: 'functional', label: 'Functional', use: 'Which order of sorting people prefer.' },
  { id: 'marketing', label: 'Marketing', use: 'Whether the offer on the first page is followed.' },
];

/**
 * Mounts the banner in `container` and shows it if a purpose is unanswered. `reopen` is the permanent button that shows
 * it again; `announcement` is a live region (WCAG 4.1.3). `consent` is the tracker's: get, set, withdraw.
 */
export function mountBanner(consent, { container, reopen, announcement }) {
  const answered = () => purposes.every(({ id }) => consent.get(id) !== 'unknown');
  const anythingGranted = () => purposes.some(({ id }) => consent.get(id) === 'granted');

  const title = element('h2', { id: 'banner-title', class: 'banner-title', tabindex: '-1' }, 'May we count?');
  const switches = purposes.map(({ id }) =>
    element('input', { type: 'checkbox', role: 'switch', id: `purpose-${id}`, 'aria-describedby': `use-${id}` }),
  );
  const settings = element(
    'div',
    { id: 'banner-settings', class: 'banner-settings', hidden: true },
    element('ul', { class: 'purposes', role: 'list' }, necessary(), purposes.map(purposeRow)),
  );
  const reject = element(
    'button',
    { type: 'button', class: 'button', id: 'banner-reject', onclick: rejectAll },
    'Reject all',
  );
  const accept = element(
    'button',
    { type: 'button', class: 'button', id: 'banner-accept', onclick: acceptAll },
    'Accept all',
  );
  const save = element(
    'button',
    { type: 'button', class: 'button', id: 'banner-save', onclick: saveChoices },
    'Save choices',
  );
  const withdraw = element(
    'button',
    { type: 'button', class: 'button', id: 'banner-withdraw', onclick: withdrawAll },
    'Withdraw consent',
  );
  const choose = element(
    'button',
    {
      type: 'button',
      class: 'button button-quiet',
      id: 'banner-choose',
      'aria-expanded': 'false',
      'aria-controls': 'banner-settings',
      onclick: toggleSettings,
    },
    'Choose by purpose',
  );
  const close = element(
    'button',
    { type: 'button', class: 'button button-quiet', id: 'banner-close', onclick: leave },
    'Close',
  );

  const banner = element(
    'section',
    { class: 'banner', 'aria-labelledby': 'banner-title', hidden: true, onkeydown: leaveByEscape },
    element(
      'div',
      { class: 'banner-body' },
      element(
        'div',
        { class: 'banner-text' },
        title,
        element(
          'p',
          {},
          'We would like to record what happens in this shop: pages, products, orders. Never what you type. ' +
            'No is a fine answer; the shop works the same.',
        ),
      ),
      settings,
      element('div', { class: 'banner-actions' }, reject, withdraw, accept, save, choose, close),
    ),
  );
  container.replaceChildren(banner);
  reopen.addEventListener('click', openAgain);
  // WCAG 2.4.11: what has the focus may not lie under the banner, so the page keeps its height free.
  new ResizeObserver(keepRoom).observe(banner);
  if (!answered()) show(false);

  function necessary() {
    return element(
      'li',
      { class: 'purpose' },
      element(
        'div',
        {},
        element('span', { class: 'purpose-label' }, 'Necessary'),
        element('span', { class: 'purpose-use' }, 'Your answer to this question. Nothing else.'),
      ),
      element('span', { class: 'purpose-fixed' }, 'Always on'),
    );
  }

  function purposeRow({ id, label, use }, index) {
    return element(
      'li',
      { class: 'purpose' },
      element(
        'label',
        { for: `purpose-${id}` },
        element('span', { class: 'purpose-label' }, label),
        element('span', { class: 'purpose-use', id: `use-${id}` }, use),
      ),
      switches[index],
    );
  }

  function keepRoom() {
    const covers = !banner.hidden && getComputedStyle(banner).position === 'fixed';
    document.documentElement.style.setProperty('--banner-height', `${covers ? banner.offsetHeight : 0}px`);
  }

  function show(withSettings) {
    purposes.forEach(({ id }, index) => (switches[index].checked = consent.get(id) === 'granted'));
    banner.hidden = false;
    showSettings(withSettings);
    withdraw.hidden = !anythingGranted();
    reject.hidden = !withdraw.hidden;
    choose.hidden = answered();
    close.hidden = !answered();
    keepRoom();
  }

  function showSettings(open) {
    settings.hidden = !open;
    save.hidden = !open;
    choose.setAttribute('aria-expanded', String(open));
    banner.classList.toggle('banner-open', open);
    keepRoom();
  }

  function toggleSettings() {
    showSettings(settings.hidden);
    if (!settings.hidden) switches[0].focus();
  }

  function openAgain() {
    show(true);
    title.focus();
  }

  // Leaving is no answer: what was chosen before stays as it is, and without a choice the question stays open.
  function leave() {
    if (!answered()) return showSettings(false);
    banner.hidden = true;
    keepRoom();
    reopen.focus();
  }

  function leaveByEscape(event) {
    if (event.key !== 'Escape') return;
    const fromSettings = settings.contains(document.activeElement) || document.activeElement === save;
    leave();
    if (!banner.hidden && fromSettings) choose.focus();
  }

  function answer(choice, words) {
    if (choice === 'withdraw') consent.withdraw();
    else consent.set(choice);
    banner.hidden = true;
    keepRoom();
    document.getElementById('content').focus({ preventScroll: true });
    announcement.textContent = `${words} You can change this at any time under “Privacy choices”.`;
  }

  function all(value) {
    return Object.fromEntries(purposes.map(({ id }) => [id, value]));
  }

  function acceptAll() {
    answer(all('granted'), 'Thank you, your yes is saved.');
  }
  function rejectAll() {
    answer(all('denied'), 'Your no is saved. Nothing is recorded.');
  }
  function saveChoices() {
    const chosen = purposes.map(({ id }, index) => [id, switches[index].checked ? 'granted' : 'denied']);
    answer(Object.fromEntries(chosen), 'Your choices are saved.');
  }
  function withdrawAll() {
    answer('withdraw', 'Your consent is withdrawn. Nothing is recorded any more.');
  }
}
