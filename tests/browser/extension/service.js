// A service worker may not import() anything later, so it takes the entry that has the JavaScript core in it.
import { createTracker } from './waymark/js.js';
import { createTracker as createLazily } from './waymark/track.js';
import { isWasmForbidden, trackAll } from './trackable.js';

const counted = trackAll(createTracker, 0);

/** What the default entry says in this place. */
async function explainDefault() {
  const tracker = createLazily({
    writeKey: 'demo',
    endpoint: 'http://127.0.0.1:9',
    consent: { defaults: { analytics: 'granted' } },
  });
  tracker.track('item_counted', {});
  await tracker.ready;
  return tracker.explain();
}

chrome.runtime.onMessage.addListener((_, __, answer) => {
  Promise.all([counted, explainDefault()]).then(([counts, refusal]) =>
    answer({ counts, refusal, isForbidden: isWasmForbidden() }),
  );
  return true; // the answer comes later
});
