// The element: puts the banner's parts in a shadow root, and moves the focus as views come and go.
import { bannerContent, type BannerContent } from './content.js';
import { keepRoom } from './room.js';
import { newBannerState, whenBegun } from './state.js';
import { bannerSheet } from './style.js';
import type { BannerElement, BannerOptions } from './types.js';
import { makeParts } from './view.js';

interface Mounted {
  open(): void;
  end(): void;
}

/** What has the focus, also within shadow roots. */
function focused(): HTMLElement | undefined {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found instanceof HTMLElement && found !== document.body ? found : undefined;
}

function mount(root: ShadowRoot, options: BannerOptions, content: BannerContent): Mounted {
  const { consent } = options;
  const state = newBannerState({ consent, purposes: content.purposes.map(({ purpose }) => purpose) });
  const parts = makeParts(state, content, options);
  const { panel, dock, announcement, title, settings, reopen } = parts;
  const dialog = panel instanceof HTMLDialogElement ? panel : undefined;
  let { view } = state.get();
  let opener: HTMLElement | undefined;

  function open() {
    if (view === 'settings') return title.focus();
    opener = focused();
    state.open();
  }

  /** Puts the view on the screen. `isAsked`: it did not come by itself, so the focus may move. */
  function present(isAsked: boolean) {
    parts.show();
    if (dialog && view !== 'closed' && !dialog.open) dialog.showModal();
    if (dialog?.open && view === 'closed') dialog.close();
    if (view !== 'closed' && (dialog || isAsked)) title.focus();
  }

  const unfollow = state.onChange(() => {
    const before = view;
    const active = root.activeElement;
    const hadFocus = dialog?.open || active;
    ({ view } = state.get());
    if (view === before) {
      parts.show();
      if (active?.closest('[hidden]')) reopen.focus();
      return;
    }
    announcement.textContent = '';
    present(view === 'settings');
    if (view === 'settings' || !hadFocus) return;
    // After an answer to the banner that came by itself, the button by which it is found again is the place nearest by.
    (opener?.isConnected ? opener : view === 'first' ? settings : reopen).focus();
    opener = undefined;
  });

  const leave = (event: Event) => {
    if (view === 'settings' || dialog) event.preventDefault();
    if (view === 'settings') state.close();
  };
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave(event);
  });
  // A dialog is asked to close in other ways than by a key: the back gesture of a phone, and not always can it refuse.
  dialog?.addEventListener('cancel', leave);
  dialog?.addEventListener('close', () => {
    if (view !== 'closed' && !dialog.open) present(false);
  });

  root.replaceChildren(panel, dock, announcement);
  present(false);
  const giveRoomBack = keepRoom([...(dialog ? [] : [panel]), dock]);
  return {
    open,
    end() {
      unfollow();
      giveRoomBack();
      root.replaceChildren();
    },
  };
}

/** A class for `customElements.define`, which takes each class once. */
export function newBannerClass(): CustomElementConstructor {
  return class extends HTMLElement implements BannerElement {
    given: BannerOptions | undefined;
    mounted: Mounted | undefined;
    stopWaiting: (() => void) | undefined;

    constructor() {
      super();
      this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [bannerSheet()];
      // Options that were set before the element was defined hide getter and setter.
      const early = this.options;
      if (!early) return;
      Reflect.deleteProperty(this, 'options');
      this.options = early;
    }

    get options() {
      return this.given;
    }

    set options(options: BannerOptions | undefined) {
      if (options) bannerContent(options);
      this.given = options;
      if (this.isConnected) this.connectedCallback();
    }

    connectedCallback() {
      this.disconnectedCallback();
      const { given } = this;
      if (!given) return;
      this.stopWaiting = whenBegun(given.consent, () => {
        this.mounted = mount(this.shadowRoot!, given, bannerContent(given));
      });
    }

    disconnectedCallback() {
      this.stopWaiting?.();
      this.mounted?.end();
      this.mounted = undefined;
    }

    open() {
      this.mounted?.open();
    }
  };
}
