// The overlay: a button on the page that opens what `inspect` knows. It stands in a shadow root, asks nothing of the
// network and writes no markup as text.
import { overlaySheet } from './overlay_style.js';
import { make, newTable, type Table } from './overlay_table.js';
import type { Watching } from './watching.js';

const NAME = 'waymark-overlay';

/** Fills the shadow root. Returns the function that begins to follow, and that returns the one which ends it. */
function build(root: ShadowRoot, watching: Watching): () => () => void {
  let isPaused = false;
  let isDue = false;
  let tables: Table[] = [];

  const button = (text: string, onclick: () => void) => {
    const element = make('button', '', text);
    element.type = 'button';
    element.addEventListener('click', onclick);
    return element;
  };
  const status = make('p');
  status.setAttribute('role', 'status');
  const copy = make('textarea');
  copy.readOnly = true;
  copy.hidden = true;
  copy.setAttribute('aria-label', 'Events as JSON');
  const list = make('div', 'list');
  list.tabIndex = 0; // so that it can be scrolled by keys
  list.setAttribute('role', 'group');
  list.setAttribute('aria-label', 'Events');
  const empty = make('p', '', 'No tracker was started after watch() was called.');

  const pause = button('Pause', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', `${isPaused}`);
    status.textContent = isPaused ? 'Paused: the list stays as it is.' : '';
    show();
  });
  pause.setAttribute('aria-pressed', 'false');
  const clear = button('Clear', () => {
    watching.clear();
    show(true);
  });
  const copyAll = button('Copy as JSON', async () => {
    const text = JSON.stringify(watching.inspect(), null, 2);
    copy.hidden = true;
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = 'Copied.';
    } catch {
      // Not in every page may a script do this.
      copy.hidden = false;
      copy.value = text;
      copy.select();
      copy.focus();
      status.textContent = 'The browser does not let this page copy. The text is selected: copy it by keyboard.';
    }
  });

  const panel = make('div', 'panel', make('div', 'tools', pause, clear, copyAll), status, copy, list);
  panel.id = 'panel';
  panel.hidden = true;
  const toggle = button('Waymark', () => open(panel.hidden));
  toggle.setAttribute('aria-controls', panel.id);
  const section = make('section', '', toggle, panel);
  section.setAttribute('aria-label', 'Waymark events');
  section.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || panel.hidden) return;
    open(false);
    toggle.focus();
  });
  root.append(section);

  function open(isOpen: boolean) {
    panel.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', `${isOpen}`);
    copy.hidden = true;
    show();
  }

  /** `isForced`: although it is paused. */
  function show(isForced = false) {
    const { trackers } = watching.inspect();
    const count = trackers.reduce((sum, { events }) => sum + events.length, 0);
    if (isPaused && !isForced) return;
    toggle.textContent = `Waymark: ${count} event${count === 1 ? '' : 's'}`;
    if (panel.hidden) return;
    while (tables.length < trackers.length) tables.push(newTable());
    tables = tables.slice(0, trackers.length);
    const elements = trackers.length ? tables.map(({ element }) => element) : [empty];
    if (elements.length !== list.childElementCount || elements.some((element, i) => list.children[i] !== element))
      list.replaceChildren(...elements);
    trackers.forEach((tracker, index) => tables[index]!.show(tracker));
  }

  return () => {
    open(!panel.hidden);
    return watching.subscribe(() => {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        show();
      });
    });
  };
}

/** The overlay of this page, which is put there unless it is there. Throws where there is no document. */
export function overlay(watching: Watching): HTMLElement {
  const present = document.querySelector<HTMLElement>(NAME);
  if (present) return present;
  if (!customElements.get(NAME))
    customElements.define(
      NAME,
      class extends HTMLElement {
        begin?: () => () => void;
        end?: () => void;
        connectedCallback() {
          if (!this.begin) {
            const root = this.attachShadow({ mode: 'open' });
            root.adoptedStyleSheets = [overlaySheet()];
            this.begin = build(root, watching);
          }
          this.end = this.begin();
        }
        disconnectedCallback() {
          this.end?.();
        }
      },
    );
  const element = document.createElement(NAME);
  (document.body ?? document.documentElement).append(element);
  return element;
}
