// The banner's markup over its state: made once, then shown and hidden. No text is ever read as markup.
import type { BannerContent } from './content.js';
import { shownTexts } from './notice.js';
import type { BannerState, BannerView } from './state.js';

export interface BannerParts {
  /** The question and the settings: a dialog, or a region of the page. */
  panel: HTMLElement;
  /** What stays on the page after the choice. */
  dock: HTMLElement;
  announcement: HTMLElement;
  /** Where the focus goes when the panel is opened or a view is left. */
  title: HTMLElement;
  settings: HTMLElement;
  reopen: HTMLElement;
  /** Shows what the state says, and hands it the notice that is on the screen now. */
  show(): void;
}

/** What is recorded as the variant of the notice, see `Notice`. */
const variants = { settings: 'settings', closed: 'dock' };

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className) {
    element.className = className;
    element.setAttribute('part', className);
  }
  element.append(...children);
  return element;
}

function makeButton(className: string, text: string, onClick: () => void) {
  const button = make('button', className, text);
  button.type = 'button';
  button.addEventListener('click', onClick);
  return button;
}

/** One purpose of the settings, and the function that shows how its switch stands. */
function makePurpose(state: BannerState, content: BannerContent, index: number) {
  const { purpose, label, use } = content.purposes[index]!;
  const input = make('input', 'switch');
  input.type = 'checkbox';
  input.setAttribute('role', 'switch');
  input.setAttribute('aria-describedby', `use-${index} lock-${index}`);
  input.addEventListener('change', () => state.turn(purpose, input.checked));
  const useText = make('p', '', use);
  useText.id = `use-${index}`;
  const lock = make('p', 'lock');
  lock.id = `lock-${index}`;
  const show = () => {
    const { isOn, isLocked, source } = state.get().rows[index]!;
    const { alwaysOn, signalOff, lockedOff } = content.text;
    input.checked = isOn;
    input.disabled = isLocked;
    lock.hidden = !isLocked;
    const reason = isOn ? alwaysOn : source === 'gpc' || source === 'dnt' ? signalOff : lockedOff;
    lock.textContent = isLocked ? reason : ''; // what describes the switch is read even while it is hidden
  };
  return { element: make('li', 'purpose', make('label', '', label, input), useText, lock), show };
}

/** The parts of a banner that is not on the page yet. `version` goes behind the notice's variant. */
export function makeParts(
  state: BannerState,
  content: BannerContent,
  { isBlocking = false, version }: { isBlocking?: boolean; version?: string },
): BannerParts {
  const { text, links } = content;
  const title = make('h2', 'title');
  title.id = 'title';
  title.tabIndex = -1;
  const names = content.purposes
    .filter(({ purpose }) => purpose !== 'necessary')
    .map(({ label }) => make('li', '', label));
  const nameList = make('ul', 'names', ...names);
  const linkList = make(
    'p',
    'links',
    ...links.map(({ text: words, url }) => {
      const link = make('a', 'link', words);
      link.href = url;
      return link;
    }),
  );
  linkList.hidden = links.length === 0;
  const signals = [make('p', 'signal', text.signal), make('p', 'signal', text.signal)] as const;
  const purposes = content.purposes.map((_, index) => makePurpose(state, content, index));
  const purposeList = make('ul', 'purposes', ...purposes.map(({ element }) => element));
  // Safari takes the list's meaning away with its bullets.
  for (const list of [nameList, purposeList]) list.setAttribute('role', 'list');

  const settings = makeButton('settings', text.settings, state.open);
  const announcement = make('p', 'announcement');
  announcement.setAttribute('role', 'status');
  const answer = (record: () => Promise<void>) => async () => {
    await record();
    announcement.textContent = text.saved;
  };
  const save = makeButton('choice', text.save, answer(state.save));
  const back = makeButton('back', text.back, state.close);
  const reject = makeButton('choice', text.reject, answer(state.rejectAll));
  const accept = makeButton('choice', text.accept, answer(state.acceptAll));
  const buttons = make('div', 'buttons', reject, accept, save, settings, back);
  const body = make('p', 'body', text.body);
  const panel = make(
    isBlocking ? 'dialog' : 'section',
    'panel',
    title,
    body,
    nameList,
    linkList,
    signals[0],
    purposeList,
    buttons,
  );
  panel.setAttribute('aria-labelledby', title.id);

  const reopen = makeButton('reopen', text.reopen, state.open);
  const withdraw = makeButton('withdraw', text.withdraw, answer(state.withdraw));
  const dock = make('section', 'dock', reopen, withdraw, signals[1]);
  dock.setAttribute('aria-label', text.reopen);
  for (const part of [panel, dock, announcement]) {
    part.lang = text.locale;
    part.dir = text.direction;
  }

  const variantOf = (view: BannerView) => {
    const variant = view === 'first' ? (isBlocking ? 'dialog' : 'banner') : variants[view];
    return version === undefined ? variant : `${variant}@${version}`;
  };

  function show() {
    const { view, signals: honoured, canWithdraw } = state.get();
    const isFirst = view === 'first';
    const isSettings = view === 'settings';
    title.textContent = isSettings ? text.settingsTitle : text.title;
    nameList.hidden = !isFirst || names.length === 0;
    settings.hidden = !isFirst;
    for (const part of [purposeList, save, back]) part.hidden = !isSettings;
    for (const signal of signals) signal.hidden = honoured.length === 0;
    withdraw.hidden = !canWithdraw;
    panel.hidden = view === 'closed';
    dock.hidden = view !== 'closed';
    for (const purpose of purposes) purpose.show();
    const seen = view === 'closed' ? dock : panel;
    void state.setNotice({ texts: shownTexts(seen), locale: text.locale, variant: variantOf(view) });
  }

  return { panel, dock, announcement, title, settings, reopen, show };
}
