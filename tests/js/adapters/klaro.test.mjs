// Klaro: what is confirmed and saved, by service or by the purposes of services.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeKlaro } from './fake_klaro.mjs';
import { all, onPage } from './page.mjs';

testContract(FakeKlaro);
testFailClosed(FakeKlaro);

test(
  'a purpose needs all services that name it, a service only itself',
  onPage(FakeKlaro, async ({ consent, fake, connect }) => {
    fake.arrive();
    fake.save({ chat: true, matomo: true, clicks: false, ads: false });
    connect({ mapping: { marketing: ['matomo'] } });
    assert.deepEqual(consent.said, { functional: 'granted', analytics: 'denied', marketing: 'granted' });
  }),
);

test(
  'a switch that is moved and not saved changes nothing, neither way',
  onPage(FakeKlaro, async ({ consent, fake, connect }) => {
    fake.arrive();
    fake.choose({ ...all, marketing: false });
    connect();
    fake.show();
    assert.deepEqual(consent.granted, ['functional', 'analytics']);
    fake.manager.consents = { chat: false, matomo: false, clicks: false, ads: false };
    fake.notify('consents', fake.manager.consents);
    assert.deepEqual(consent.granted, ['functional', 'analytics']);
  }),
);

test(
  'the library and the configuration may be handed in',
  onPage(FakeKlaro, async ({ consent, fake, connect }) => {
    const config = { storageName: 'second' };
    const asked = [];
    connect({ api: { getManager: (which) => (asked.push(which), fake.manager) }, config });
    fake.choose(all);
    assert.deepEqual(asked, [config]);
    assert.equal(consent.granted.length, 3);
  }),
);
