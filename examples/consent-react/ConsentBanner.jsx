// A consent banner in React: `newBannerState` knows what is to be shown and what an answer does, React shows it.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { newBannerState, shownTexts } from 'waymark/banner';

const purposes = {
  necessary: 'Remember this answer',
  functional: 'Remember your settings',
  analytics: 'Count which pages are read',
  marketing: 'See whether advertising works',
};

/** `consent` is the tracker's, the same one for as long as the banner is on the page. */
export function ConsentBanner({ consent }) {
  const [state] = useState(() => newBannerState({ consent }));
  const { view, rows, signals, canWithdraw } = useSyncExternalStore(state.onChange, state.get, state.get);
  const shown = useRef(null);
  const title = useRef(null);
  const again = useRef(null);
  const before = useRef(view);

  // What is on the screen after this rendering is what the person decides on: its hash is recorded with the answer.
  useEffect(() => {
    void state.setNotice({ texts: shownTexts(shown.current), locale: 'en', variant: `react-${view}` });
  });
  // The button that was pressed is gone with its view; the focus goes where the person goes on.
  useEffect(() => {
    if (before.current !== view) (title.current ?? again.current).focus();
    before.current = view;
  }, [view]);

  if (view === 'closed')
    return (
      <section aria-label="Privacy choices" ref={shown}>
        <button type="button" ref={again} onClick={state.open}>
          Privacy choices
        </button>
        {canWithdraw && (
          <button type="button" onClick={state.withdraw}>
            Withdraw consent
          </button>
        )}
      </section>
    );

  const isSettings = view === 'settings';
  return (
    <section
      aria-labelledby="consent-title"
      ref={shown}
      onKeyDown={({ key }) => {
        if (key === 'Escape' && isSettings) state.close(); // no answer
      }}
    >
      <h2 id="consent-title" tabIndex={-1} ref={title}>
        May we count?
      </h2>
      <p>
        For analytics, your settings and marketing. Nothing is recorded before you agree.{' '}
        <a href="/privacy">Privacy policy</a>
      </p>
      {signals.length > 0 && <p>Your browser's opt-out signal is honoured.</p>}
      {isSettings && (
        <fieldset>
          <legend>What we may do</legend>
          {rows.map(({ purpose, isOn, isLocked }) => (
            <label key={purpose}>
              <input
                type="checkbox"
                checked={isOn}
                disabled={isLocked}
                onChange={({ target }) => state.turn(purpose, target.checked)}
              />{' '}
              {purposes[purpose]}
            </label>
          ))}
        </fieldset>
      )}
      <button type="button" onClick={state.rejectAll}>
        No to all
      </button>
      <button type="button" onClick={state.acceptAll}>
        Yes to all
      </button>
      {isSettings ? (
        <>
          <button type="button" onClick={state.save}>
            Save this
          </button>
          <button type="button" onClick={state.close}>
            Back
          </button>
        </>
      ) : (
        <button type="button" onClick={state.open}>
          Choose
        </button>
      )}
    </section>
  );
}
