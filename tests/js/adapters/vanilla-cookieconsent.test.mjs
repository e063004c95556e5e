// vanilla-cookieconsent: a valid consent, whole categories or single services.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeVanillaCookieConsent } from './fake_vanilla-cookieconsent.mjs';
import { all, onPage } from './page.mjs';

testContract(FakeVanillaCookieConsent);
testFailClosed(FakeVanillaCookieConsent);

test(
  'a category of which one service was rejected is refused, and a service can be named by itself',
  onPage(FakeVanillaCookieConsent, async ({ consent, fake, connect }) => {
    const mapping = { functional: ['analytics/waymark'], marketing: ['analytics/other'] };
    connect({ mapping });
    fake.arrive();
    fake.save(['analytics'], ['waymark']);
    assert.deepEqual(consent.said, { functional: 'granted', analytics: 'denied', marketing: 'denied' });
  }),
);

test(
  'the library may be handed in, so that no global is needed',
  onPage(FakeVanillaCookieConsent, async ({ consent, fake, connect }) => {
    connect({ api: fake.api });
    fake.choose(all);
    assert.equal(consent.granted.length, 3);
  }),
);
