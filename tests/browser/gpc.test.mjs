// Global Privacy Control from end to end: the browser says so, marketing is denied and said to be, and what is of that
// purpose is not sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consentFiles } from './consent_page.mjs';
import { setStage } from './stage.mjs';

/** Opens the page with the tracker and its banner in a browser that has the signal on or off. */
async function visitWith(t, isOn) {
  const stage = await setStage(t, { files: await consentFiles() });
  // As browsers do that have it (https://w3c.github.io/gpc/): an attribute of the navigator, and a header.
  const context = await stage.newContext(isOn ? { extraHTTPHeaders: { 'Sec-GPC': '1' } } : {});
  await context.addInitScript((value) => {
    Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { configurable: true, get: () => value });
  }, isOn);
  const page = await context.newPage();
  await page.goto(stage.url('consent.html'));
  await page.waitForFunction(() => document.title === 'Ready');
  return { stage, page };
}

/** One event of each purpose, before and after all that can be accepted was; returns the names of those that arrived. */
async function acceptAll({ stage, page }) {
  const track = (when) =>
    page.evaluate(
      (when) =>
        Object.fromEntries(
          ['functional', 'analytics', 'marketing'].map((purpose) => [
            purpose,
            window.tracker.track(`${purpose}_${when}`, {}, { purpose }),
          ]),
        ),
      when,
    );
  const before = await track('held');
  await page.getByRole('button', { name: 'Accept all', exact: true }).click();
  await page.evaluate(() => window.tracker.ready);
  const after = await track('given');
  await page.evaluate(() => window.tracker.flush());
  const events = await stage.eventsUntil((all) => all.length >= 4);
  return { before, after, names: events.map(({ event_name }) => event_name).sort() };
}

test('with the signal marketing is denied, the banner says so, and no event of it goes out', async (t) => {
  const visit = await visitWith(t, true);
  const { stage, page } = visit;
  const signal = page.getByText('Opt-out signal honoured').filter({ visible: true });
  assert.equal(await signal.count(), 1, 'on the first layer');
  const status = await page.evaluate(() => window.tracker.consent.status());
  assert.deepEqual(status.signals, ['gpc']);
  assert.deepEqual(await page.evaluate(() => window.tracker.consent.get('marketing')), 'denied');

  const { before, after, names } = await acceptAll(visit);
  assert.deepEqual(before, { functional: 'held', analytics: 'held', marketing: 'denied' });
  assert.deepEqual(after, { functional: 'accepted', analytics: 'accepted', marketing: 'denied' });
  assert.deepEqual(names, ['analytics_given', 'analytics_held', 'functional_given', 'functional_held']);
  const sent = Buffer.concat(stage.wire.batches().map(({ body }) => body)).toString();
  assert.ok(!sent.includes('marketing_'), 'no event of marketing on the wire');
  assert.match(sent, /"consent":\["functional","analytics"\]/);

  assert.equal(await signal.count(), 1, 'beside the button that stays');
  await page.getByRole('button', { name: 'Privacy choices', exact: true }).click();
  const marketing = page.getByRole('switch', { name: 'Marketing' });
  assert.deepEqual([await marketing.isChecked(), await marketing.isDisabled()], [false, true]);
  const { source, basis, steps } = await page.evaluate(() => window.tracker.consent.explain('marketing'));
  assert.deepEqual([source, basis, steps.at(-1).reason], ['gpc', 'signal', 'gpc']);
});

test('without it marketing is asked for like the others', async (t) => {
  const visit = await visitWith(t, false);
  assert.equal(await visit.page.getByText('Opt-out signal honoured').filter({ visible: true }).count(), 0);
  const { names } = await acceptAll(visit);
  assert.ok(names.includes('marketing_held') && names.includes('marketing_given'), `${names}`);
});
