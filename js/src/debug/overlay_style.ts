// How the overlay looks. A constructed sheet, which a content security policy allows without 'unsafe-inline'.
const SHEET = `
:host {
  all: initial;
  position: fixed; inset: auto 0.5rem 0.5rem auto; z-index: 2147483647;
  max-width: calc(100vw - 1rem);
  color-scheme: light dark;
  --ink: #1c2024; --paper: #fff; --line: #767c85; --good: #17663a; --bad: #a51d2d; --busy: #1f4f99;
  font: 0.875rem/1.4 system-ui, sans-serif; color: var(--ink);
}
@media (prefers-color-scheme: dark) {
  :host { --ink: #eceef0; --paper: #16181b; --line: #8b929b; --good: #6fd69b; --bad: #ff9ba6; --busy: #9cc2ff; }
}
section { display: flex; flex-direction: column; align-items: flex-end; gap: 0.5rem; }
button {
  font: inherit; color: inherit; background: var(--paper);
  min-height: 2rem; padding: 0 0.75rem; border: 1px solid var(--line); border-radius: 0.375rem; cursor: pointer;
}
button[aria-pressed='true'] { border-width: 2px; font-weight: 700; text-decoration: underline; }
:focus-visible { outline: 2px solid var(--busy); outline-offset: 2px; }
.panel {
  box-sizing: border-box; width: 46rem; max-width: 100%; max-height: calc(100vh - 4rem); order: -1;
  display: flex; flex-direction: column; gap: 0.5rem; padding: 0.75rem;
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 0.5rem;
}
[hidden] { display: none !important; }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; }
p { margin: 0; }
textarea { font: inherit; color: inherit; background: inherit; min-height: 6rem; }
.list { overflow: auto; min-height: 6rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1rem; }
caption { text-align: start; font-weight: 700; padding: 0.25rem 0; overflow-wrap: anywhere; }
th, td { text-align: start; vertical-align: top; padding: 0.25rem 0.5rem 0.25rem 0; border-top: 1px solid var(--line); }
td { overflow-wrap: anywhere; }
.time, .state { white-space: nowrap; }
.acknowledged { color: var(--good); }
.dropped { color: var(--bad); font-weight: 700; }
.held, .queued, .sent { color: var(--busy); }
summary { cursor: pointer; min-height: 1.5rem; }
pre { margin: 0; white-space: pre-wrap; }
@media (max-width: 32rem) {
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: flex; flex-wrap: wrap; column-gap: 1rem; padding: 0.25rem 0; border-top: 1px solid var(--line); }
  td { border: 0; padding: 0; }
  .time, .state { order: -1; }
  td:nth-child(2), td:last-child { width: 100%; }
}
@media (forced-colors: active) { button[aria-pressed='true'] { border-style: double; border-width: 4px; } }
`;

export function overlaySheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEET);
  return sheet;
}
