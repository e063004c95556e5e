// What may be kept on a device after a no: that it was said, and nothing by which the device could be known again.

import assert from 'node:assert/strict';

const purposes = ['necessary', 'functional', 'analytics', 'marketing'];

/** Fails unless `text` is a record of a refusal: a state for each purpose, no grant of those asked for, no room for an id. */
export function assertRefusal(text) {
  const { consent, ...more } = JSON.parse(text);
  assert.ok(
    Object.values(more).every((value) => value === ''),
    `beside the refusal: ${text}`,
  );
  for (const [purpose, state] of Object.entries(consent)) {
    assert.ok(purposes.includes(purpose), `${purpose} is no purpose`);
    assert.ok(['unknown', 'granted', 'denied'].includes(state), `${state} is no state`);
  }
  for (const purpose of purposes.slice(1)) assert.equal(consent[purpose], 'denied');
}
