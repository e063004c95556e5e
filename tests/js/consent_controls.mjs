// A tracker's `consent` in memory, by the contract of js/src/consent/types.ts, for tests of banners in Node and in pages.
// Imports nothing, so that a page can load it.

const usual = ['necessary', 'functional', 'analytics', 'marketing'];

/**
 * `choices` are what the person chose before; `defaults` what the application lets be without a choice; `locked` what
 * cannot be changed, by source. Each call of `set` is in `calls`.
 */
export function newConsentControls({
  mode = 'opt-in',
  purposes = usual,
  choices = {},
  defaults = {},
  locked = {},
  signals = [],
} = {}) {
  const chosen = { ...choices };
  const listeners = new Set();
  const calls = [];

  function purposeStatus(purpose) {
    const status = (value, basis, source, isLocked) => ({ purpose, value, basis, source, isLocked });
    if (purpose === 'necessary') return status('granted', 'default', 'policy', true);
    if (locked[purpose]) return status('denied', 'signal', locked[purpose], true);
    if (chosen[purpose]) return status(chosen[purpose], 'explicit', 'user', false);
    if (defaults[purpose]) return status(defaults[purpose], 'default', 'policy', false);
    return mode === 'opt-in'
      ? status('unknown', 'default', 'policy', false)
      : status('granted', 'implied', 'policy', false);
  }
  const status = () => ({
    mode,
    mustAsk: mode === 'opt-in' && purposes.some((name) => !purposeStatus(name).isLocked && !chosen[name]),
    signals: [...signals],
    purposes: purposes.map(purposeStatus),
  });
  const get = (purpose) => purposeStatus(purpose).value;
  const states = () => Object.fromEntries(purposes.map((purpose) => [purpose, get(purpose)]));
  const tell = () => {
    for (const listener of listeners) listener(states());
  };

  return {
    calls,
    listeners,
    get,
    status,
    set(given, decided) {
      calls.push({ choices: given, decided });
      this.change(given);
    },
    withdraw(decided) {
      const asked = purposes.filter((purpose) => purpose !== 'necessary' && !locked[purpose]);
      const choices = Object.fromEntries(asked.map((purpose) => [purpose, 'denied']));
      calls.push({ choices, decided, isWithdrawal: true });
      this.change(Object.fromEntries(purposes.map((purpose) => [purpose, 'denied'])));
      return { requests: 0, events: 0, stores: [], memoryBytes: 0, isErasureRequested: false };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report() {},
    explain: (purpose) => ({ ...purposeStatus(purpose), mayProcess: false, mayStore: false, steps: [] }),

    /** What another tab or the end of a choice's time does. */
    change(given) {
      for (const [purpose, value] of Object.entries(given))
        if (value === 'unknown') delete chosen[purpose];
        else if (!locked[purpose] && purpose !== 'necessary') chosen[purpose] = value;
      tell();
    },
    /** What a browser does whose person turns an opt-out signal on. */
    lock(purpose, source) {
      locked[purpose] = source;
      signals.push(source);
      tell();
    },
  };
}
