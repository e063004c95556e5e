// What a real page holds that must not be stored: secrets in its address, its referrer, its title and its events. The proof
// is the bytes of the collector's files.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hideAndShow, openShop, order } from './shop_visit.mjs';
import { setStage } from './stage.mjs';

const module = (body) => `<script type="module">
  import { flush, group, identify, init, page, track } from './waymark/track.js';
  delete window.caches; // so that what is kept is not sealed
  const tracker = init({ writeKey: 'demo', endpoint: location.origin, consent: { defaults: { analytics: 'granted' } } });
  await tracker.ready;
  ${body}
  await flush();
  document.title = 'Done';
</script>`;

const files = {
  'from.html':
    '<!doctype html><title>From</title><a href="landing.html?token=CANARY-token-in-query&email=canary.query%40mail.example&utm_source=kept-campaign#access_token=CANARY-token-in-fragment">Go</a>',
  'landing.html': `<!doctype html><meta charset="utf-8"><title>Welcome canary.title@mail.example</title>${module(`
    page();
    track('form_sent', {
      email: 'canary.key@mail.example',
      note: 'write to canary.value@mail.example please',
      nested: { deep: [{ text: 'card 4111 1111 1111 1111' }] },
      password: 'CANARY-password',
      api_key: 'CANARY-api-key',
      link: 'https://user:CANARY-userinfo@shop.example/a?reset=CANARY-reset-link#CANARY-hash',
      jwt_text: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDQU5BUlkifQ.CANARYsignatureCANARYsignatureCANARYsigna',
      iban_text: 'pay to DE89370400440532013000 now',
      ip_text: 'from 203.0.113.77 today',
      phone_text: 'call +442079460958 now',
      harmless: 'kept-as-it-is',
    });
    identify('canary.user@mail.example', { first_name: 'CANARY-first-name', plan: 'kept-plan' });
    group('canary.group@mail.example', { owner_email: 'canary.owner@mail.example' });
    track('after_identify', {});
  `)}`,
};

const canaries = [
  'canary',
  'CANARY',
  '4111 1111 1111 1111',
  '4111111111111111',
  'eyJzdWIiOiJDQU5BUlkifQ',
  'DE89370400440532013000',
  '203.0.113.77',
  '442079460958',
  'mail.example',
];

test('no secret of a page reaches the wire or the files of the collector', async (t) => {
  const stage = await setStage(t, { files });
  const page = await (await stage.newContext()).newPage();
  await page.goto(stage.url('from.html?session_token=CANARY-in-the-referrer&owner=canary.referrer%40mail.example'));
  await page.click('a');
  await page.waitForFunction(() => document.title === 'Done');
  const events = await stage.eventsUntil((all) => all.some(({ event_name }) => event_name === 'after_identify'));

  const [viewed] = events.filter(({ event_name }) => event_name === 'page_viewed');
  assert.match(viewed.context.page.referrer, /from\.html$/, 'the referrer is recorded, without what it carried');
  const device = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  const sent = Buffer.concat(stage.wire.batches().map(({ body }) => body));
  const stored = await stage.storedBytes();
  assert.ok(device.includes(events[0].anonymous_id), 'the id is kept');
  assert.ok(!/canary/i.test(device), `nothing of it is kept on the device: ${device}`);
  for (const [place, bytes] of Object.entries({ 'the wire': sent, 'the store': stored })) {
    const found = canaries.filter((canary) => bytes.includes(canary) || bytes.includes(Buffer.from(canary, 'utf16le')));
    assert.deepEqual(found, [], `found in ${place}`);
    for (const kept of ['kept-as-it-is', 'kept-plan', 'utm_source=kept-campaign', '[email]', '[card]', 'form_sent'])
      assert.ok(bytes.includes(kept), `${kept} is in ${place}: the search can find what is there`);
  }

  const { properties } = events.find(({ event_name }) => event_name === 'form_sent');
  assert.equal(properties.harmless, 'kept-as-it-is');
  assert.equal(properties.note, 'write to [email] please');
});

test('the shop sends nothing that is typed into its checkout', async (t) => {
  const stage = await setStage(t);
  const page = await (await stage.newContext()).newPage();
  await openShop(page, stage.url());
  await page.click('#banner-accept');
  await page.click('.card-name a[href*="field-notebook"]');
  await page.click('#add');
  await page.click('.cart-link');
  await order(page);
  await hideAndShow(page);
  await stage.eventsUntil((all) => all.some(({ event_name }) => event_name === 'checkout_completed'));
  const bytes = Buffer.concat([...stage.wire.batches().map(({ body }) => body), await stage.storedBytes()]);
  for (const typed of ['Ada', 'Lovelace', 'example.com', 'James', 'SW1Y', 'London'])
    assert.ok(!bytes.includes(typed), `${typed} was sent`);
  assert.ok(bytes.includes('field-notebook'));
});
