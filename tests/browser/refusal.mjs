// What may be kept on a device after a no: that it was said, and nothing by which the device could be known again.

import assert from 'node:assert/strict';

const purposes = ['necessary', 'functional', 'analytics', 'marketing'];

/** Fails unless `text` is a consent record that refuses each purpose that is asked for, and has no room for an id. */
export function assertRefusal(text) {
  const { epoch, purged, choices, ...more } = JSON.parse(text);
  assert.deepEqual(more, {}, `beside the refusal: ${text}`);
  for (const count of [epoch, purged]) assert.ok(count < 100, `${count} tells devices apart`);
  for (const [purpose, { value, source, at, expires, policy, notice, ...rest }] of Object.entries(choices)) {
    assert.ok(purposes.includes(purpose), `${purpose} is no purpose`);
    assert.equal(value, 'denied');
    assert.match(source, /^(user|api)$/);
    assert.ok(Math.abs(Date.now() - at) < 3600_000);
    assert.equal(expires - at, 180 * 24 * 3600_000);
    assert.equal(policy, '');
    assert.match(notice, /^([0-9a-f]{64})?$/); // the same for all who saw the same text
    assert.deepEqual(rest, {});
  }
  for (const purpose of purposes.slice(1)) assert.ok(choices[purpose], `${purpose} is not refused`);
}
