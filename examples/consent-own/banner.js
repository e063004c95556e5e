// A consent banner of one's own: the markup stands in index.html, `newBannerState` knows what is to be shown, and what
// an answer does.

import { newBannerState, shownTexts } from './waymark/banner.js';

/** Brings the markup to life. `consent` is the tracker's. */
export function mountBanner(consent) {
  const banner = document.getElementById('consent');
  const again = document.getElementById('consent-again');
  const title = document.getElementById('consent-title');
  const state = newBannerState({ consent });

  function show() {
    const { view, rows, signals, canWithdraw } = state.get();
    banner.hidden = view === 'closed';
    again.hidden = view !== 'closed';
    for (const part of banner.querySelectorAll('[data-settings]')) part.hidden = view !== 'settings';
    for (const part of banner.querySelectorAll('[data-question]')) part.hidden = view !== 'first';
    banner.querySelector('[data-signal]').hidden = signals.length === 0;
    again.querySelector('[data-withdraw]').hidden = !canWithdraw;
    for (const { purpose, isOn, isLocked } of rows) {
      const box = banner.querySelector(`[data-purpose="${purpose}"]`);
      box.checked = isOn;
      box.disabled = isLocked;
    }
    // What is on the screen now is what the person decides on: its hash is recorded with the answer.
    const texts = shownTexts(view === 'closed' ? again : banner);
    state.setNotice({ texts, locale: document.documentElement.lang, variant: `own-${view}` });
  }

  for (const button of document.querySelectorAll('[data-do]'))
    button.addEventListener('click', () => {
      state[button.dataset.do]();
      // The button may be gone with its view; the focus goes where the person goes on.
      (state.get().view === 'closed' ? again.querySelector('button') : title).focus();
    });
  for (const box of banner.querySelectorAll('[data-purpose]'))
    box.addEventListener('change', () => state.turn(box.dataset.purpose, box.checked));
  banner.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || state.get().view !== 'settings') return;
    state.close(); // no answer
    (state.get().view === 'closed' ? again.querySelector('button') : title).focus();
  });

  state.onChange(show);
  show();
}
