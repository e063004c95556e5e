// What an application has in hand as `tracker.consent`: it can be called before `init`, and never throws.
import { NOT_A_PURPOSE, NOTHING_PURGED, type ConsentEngine } from './engine.js';
import type { ConsentControls } from './types.js';

export interface EarlyControls {
  controls: ConsentControls;
  /** Goes on with the engine: what was asked for before is done now. */
  begin(engine: ConsentEngine): void;
}

/** `attempt` runs what may throw. */
export function newControls(attempt: (body: () => void) => void): EarlyControls {
  let engine: ConsentEngine | undefined;
  const waiting = new Set<() => void>();

  /** Does it with the engine, now or later. Returns what undoes it. */
  function soon(body: (engine: ConsentEngine) => (() => void) | void): () => void {
    let undo: (() => void) | void;
    const run = () => attempt(() => (undo = body(engine!)));
    if (engine) run();
    else waiting.add(run);
    return () => {
      waiting.delete(run);
      undo?.();
    };
  }

  return {
    controls: {
      get: (purpose) => engine?.get(purpose) || 'unknown',
      set: (choices, decided) => attempt(() => engine?.set(choices, decided)),
      withdraw(decided) {
        let report = NOTHING_PURGED;
        attempt(() => (report = engine?.withdraw(decided) || report));
        return report;
      },
      onChange: (listener) => soon((engine) => engine.onChange(listener)),
      onDecision: (listener) => soon((engine) => engine.onDecision(listener)),
      report: (source, choices) => void soon((engine) => engine.report(source, choices)),
      status: () => engine?.status() || { mode: 'opt-in', mustAsk: false, signals: [], purposes: [] },
      explain: (purpose) =>
        engine?.explain(purpose) || {
          purpose,
          ...NOT_A_PURPOSE,
          isLocked: false,
          mayProcess: false,
          mayStore: false,
        },
    },
    begin(given) {
      engine = given;
      for (const run of waiting) run();
      waiting.clear();
    },
  };
}
