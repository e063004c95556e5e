// Cookiebot: a response, and one that the person gave.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeCookiebot } from './fake_cookiebot.mjs';
import { all, onPage } from './page.mjs';

testContract(FakeCookiebot);
testFailClosed(FakeCookiebot);

const states = { preferences: true, statistics: true, marketing: true };

for (const [name, method, hasResponse] of [
  ['an explicit method without a response', 'explicit', false],
  ['a response without a method', null, true],
  ['a response that is implied', 'implied', true],
])
  test(
    `${name} is no choice`,
    onPage(FakeCookiebot, async ({ consent, fake, connect }) => {
      connect();
      fake.arrive();
      fake.answer({ ...states, method }, hasResponse);
      assert.deepEqual(consent.reports, [['cmp:cookiebot']]);
    }),
  );

test(
  'after renew() the person is asked again, and nothing is granted',
  onPage(FakeCookiebot, async ({ consent, fake, connect }) => {
    connect();
    fake.arrive();
    fake.choose(all);
    fake.answer({ preferences: false, statistics: false, marketing: false, method: null }, false);
    assert.deepEqual(consent.reports.at(-1), ['cmp:cookiebot']);
  }),
);

test(
  'the global of another library with the older name is not read',
  onPage(FakeCookiebot, async ({ page, consent, fake, connect }) => {
    fake.choose(all);
    page.CookieConsent = fake.api;
    connect();
    await page.pass(20_000);
    assert.deepEqual(consent.granted, []);
  }),
);

test(
  'when it was looked for long enough its own events still count',
  onPage(FakeCookiebot, async ({ page, consent, fake, connect }) => {
    connect({ timeoutMs: 1000 });
    await page.pass(60_000);
    fake.arrive();
    fake.choose(all);
    assert.equal(consent.granted.length, 3);
  }),
);
