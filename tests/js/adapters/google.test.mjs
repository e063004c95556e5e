// Google consent mode v2, read: commands before and after, updates and defaults, and a queue that others wrap too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeGoogle } from './fake_google.mjs';
import { all, none, onPage } from './page.mjs';

testContract(FakeGoogle);
testFailClosed(FakeGoogle);

test(
  'updates add up, and what none names is not known',
  onPage(FakeGoogle, async ({ consent, fake, connect }) => {
    connect();
    fake.arrive();
    fake.gtag('consent', 'update', { analytics_storage: 'granted' });
    assert.deepEqual(consent.said, { functional: 'unknown', analytics: 'granted', marketing: 'unknown' });
    fake.gtag('consent', 'update', { ad_storage: 'granted', ad_user_data: 'granted' });
    assert.equal(consent.said.marketing, 'unknown');
    fake.gtag('consent', 'update', { ad_personalization: 'denied' });
    assert.deepEqual([consent.said.analytics, consent.said.marketing], ['granted', 'denied']);
  }),
);

test(
  'a default for some regions counts only where it denies',
  onPage(FakeGoogle, async ({ consent, fake, connect }) => {
    connect({ requireExplicit: false });
    fake.gtag('consent', 'default', { analytics_storage: 'granted', region: ['US'] });
    assert.equal(consent.said.analytics, 'unknown');
    fake.gtag('consent', 'default', { analytics_storage: 'granted' });
    assert.equal(consent.said.analytics, 'implied');
    fake.gtag('consent', 'default', { analytics_storage: 'denied', region: ['DE'] });
    assert.equal(consent.said.analytics, 'denied');
    fake.gtag('consent', 'update', { analytics_storage: 'granted' });
    assert.equal(consent.said.analytics, 'granted');
  }),
);

test(
  'the queue works as before, for those who wrap it too, and gets its own push back',
  onPage(FakeGoogle, async ({ page, consent, fake, connect }) => {
    page.dataLayer = ['first'];
    const { push } = page.dataLayer;
    const detach = connect();
    assert.equal(page.dataLayer.push('second', 'third'), 3);
    assert.deepEqual([...page.dataLayer], ['first', 'second', 'third']);
    detach();
    assert.equal(page.dataLayer.push, push);

    const again = connect();
    const tapped = page.dataLayer.push;
    const seen = [];
    page.dataLayer.push = (...entries) => {
      seen.push(...entries);
      return tapped(...entries);
    };
    fake.choose(all);
    assert.equal(consent.granted.length, 3);
    again();
    fake.choose(none);
    assert.equal(seen.length, 2);
    assert.equal(page.dataLayer.length, 5);
    assert.equal(consent.granted.length, 3, 'detached');
  }),
);

test(
  'the queue may have another name',
  onPage(FakeGoogle, async ({ page, consent, fake, connect }) => {
    connect({ dataLayer: 'commands' });
    assert.equal(page.commands.length, 0);
    fake.choose(all);
    assert.deepEqual(consent.granted, []);
    page.commands.push(page.dataLayer[0]);
    assert.equal(consent.granted.length, 3);
  }),
);
