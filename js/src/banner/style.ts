// How the banner looks. A constructed sheet, which a content security policy allows without 'unsafe-inline'.
// Accept and reject share one rule and one part, so that neither can be made louder than the other.

const colour = (name: string, value: string) => `--${name}: var(--waymark-${name}, ${value});`;
const dark = () => `
  color-scheme: dark;
  ${colour('ink', '#eceef0')} ${colour('paper', '#1b1e22')} ${colour('line', '#8b929b')}
  ${colour('accent', '#9cc2ff')} ${colour('on-accent', '#10203a')}`;

/** A function, so that bundlers can leave it out where nothing shows the element. */
const sheetText = () => `
:host {
  all: initial;
  display: block;
  color-scheme: light;
  ${colour('ink', '#1c2024')} ${colour('paper', '#fff')} ${colour('line', '#767c85')}
  ${colour('accent', '#1f4f99')} ${colour('on-accent', '#fff')}
  --radius: var(--waymark-radius, 0.5rem);
  font: var(--waymark-font, 1rem/1.5 system-ui, sans-serif);
}
@media (prefers-color-scheme: dark) { :host(:not([theme='light'])) {${dark()}} }
:host([theme='dark']) {${dark()}}
[hidden] { display: none !important; }
* { box-sizing: border-box; }
h2, p, ul { margin: 0; padding: 0; list-style: none; }
h2 { font-size: 1.25em; line-height: 1.3; }
a { color: inherit; padding-block: 0.25em; }
.panel, .dock {
  position: fixed; z-index: var(--waymark-layer, 2147483647);
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius);
  overflow-wrap: anywhere;
}
.panel {
  inset: auto 1rem 1rem; width: auto; max-width: var(--waymark-width, 48rem); margin: 0 auto; padding: 1.25rem;
  max-height: calc(100vh - 2rem); max-height: calc(100dvh - 2rem); overflow: auto; overscroll-behavior: contain;
  display: grid; gap: 0.75rem; grid-template-columns: minmax(0, 1fr);
  box-shadow: 0 0.25rem 1.5rem rgb(0 0 0 / 0.3);
}
dialog.panel { inset: 0; margin: auto; height: fit-content; }
dialog:not([open]) { display: none; }
::backdrop { background: rgb(0 0 0 / 0.6); }
.dock { inset-block-end: 0.5rem; inset-inline-start: 0.5rem; max-width: calc(100% - 1rem); display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; }
.dock p { padding-inline: 0.75rem; }
.names { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.names li { padding: 0 0.5rem; border: 1px solid var(--line); border-radius: var(--radius); }
.links { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
.signal { font-weight: 700; }
.purposes li { padding-block: 0.5rem; border-top: 1px solid var(--line); }
.purposes label { display: flex; align-items: center; justify-content: space-between; gap: 1rem; min-height: 2.75rem; font-weight: 700; cursor: pointer; }
input {
  appearance: none; flex: none; position: relative; width: 3.5rem; height: 2rem; margin: 0;
  border: 2px solid var(--line); border-radius: 1rem; background: var(--paper); cursor: inherit;
}
input::before {
  content: ''; position: absolute; inset-block: 0.25rem; inset-inline-start: 0.25rem; width: 1.25rem;
  border-radius: 50%; background: var(--line);
}
input:checked { background: var(--accent); border-color: var(--accent); }
input:checked::before { inset-inline-start: auto; inset-inline-end: 0.25rem; background: var(--on-accent); }
input:disabled { border-style: dashed; }
label:has(:disabled) { cursor: default; }
.buttons { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr)); grid-auto-rows: 1fr; }
button {
  font: inherit; color: inherit; background: none; min-height: 2.75rem; padding: 0.5rem 0.75rem;
  border: 1px solid var(--line); border-radius: var(--radius); cursor: pointer;
}
.dock button { border-color: transparent; text-decoration: underline; }
.choice { color: var(--on-accent); background: var(--accent); border-color: var(--accent); font-weight: 700; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.announcement { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
button:hover { text-decoration: underline; }
@media (max-width: 30rem) { .panel { inset: auto 0.5rem 0.5rem; padding: 1rem; } }
@media (max-height: 30rem) { section.panel { position: relative; inset: auto; max-height: none; margin: 1rem; } }
@media (prefers-reduced-motion: no-preference) { input::before { transition: background 0.15s; } }
@media (forced-colors: active) {
  .choice { border: 2px solid ButtonText; }
  input::before { background: ButtonText; forced-color-adjust: none; }
  input:checked { background: Highlight; border-color: Highlight; forced-color-adjust: none; }
  input:checked::before { background: HighlightText; }
}
`;

/** The sheet of one banner's shadow root. */
export function bannerSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(sheetText());
  return sheet;
}
