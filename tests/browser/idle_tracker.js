// The tracker's interface with nothing behind it: the shop over it is the baseline of what the shop does by itself.

const states = {};
const listeners = new Set();

function choose(choices) {
  Object.assign(states, choices);
  for (const listener of listeners) listener();
}

export function init() {
  return { ready: Promise.resolve() };
}
export function track() {
  return 'held';
}
export function page() {
  return 'held';
}
export const consent = {
  get: (purpose) => states[purpose] ?? 'unknown',
  set: choose,
  withdraw: () => choose({ analytics: 'denied', functional: 'denied', marketing: 'denied' }),
  onChange(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
