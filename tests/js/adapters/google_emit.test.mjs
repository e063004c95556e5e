// Google consent mode v2, told: the default at once, an update after every change, as arguments objects.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emitConsentMode } from '../../../js/dist/consent/adapters/google.js';
import { FakeConsent, Page } from './page.mjs';

const DENIED = {
  security_storage: 'granted',
  functionality_storage: 'denied',
  personalization_storage: 'denied',
  analytics_storage: 'denied',
  ad_storage: 'denied',
  ad_user_data: 'denied',
  ad_personalization: 'denied',
};

const onPage = (body) => () => {
  const page = new Page();
  try {
    return body({ page, consent: new FakeConsent(), commands: () => page.dataLayer.map((entry) => [...entry]) });
  } finally {
    page.close();
  }
};

test(
  'the default comes at once and denies what is not known',
  onPage(({ page, consent, commands }) => {
    emitConsentMode(consent, { waitForUpdateMs: 500, region: ['DE', 'US-CA'] });
    assert.deepEqual(commands(), [
      ['consent', 'default', { ...DENIED, wait_for_update: 500, region: ['DE', 'US-CA'] }],
    ]);
    assert.equal(Object.prototype.toString.call(page.dataLayer[0]), '[object Arguments]');
    assert.deepEqual([page.listeners, page.timers], [[], []]);
  }),
);

test(
  'each change is an update with all types, until it is ended',
  onPage(({ consent, commands }) => {
    const end = emitConsentMode(consent);
    consent.change({ analytics: 'granted' });
    consent.change({ marketing: 'granted', functional: 'denied' });
    consent.change({ analytics: 'denied', necessary: 'denied', marketing: 'unknown' });
    end();
    consent.change({ analytics: 'granted' });
    const ads = { ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: 'granted' };
    assert.deepEqual(commands(), [
      ['consent', 'default', DENIED],
      ['consent', 'update', { ...DENIED, analytics_storage: 'granted' }],
      ['consent', 'update', { ...DENIED, analytics_storage: 'granted', ...ads }],
      ['consent', 'update', { ...DENIED, security_storage: 'denied' }],
    ]);
  }),
);

test(
  'a choice that is known already is an update, whose region is everywhere',
  onPage(({ consent, commands }) => {
    consent.states.analytics = 'granted';
    emitConsentMode(consent, { region: ['DE'] });
    assert.deepEqual(commands(), [
      ['consent', 'default', { ...DENIED, region: ['DE'] }],
      ['consent', 'update', { ...DENIED, analytics_storage: 'granted' }],
    ]);
  }),
);

test(
  'one region, and one type of a purpose, may stand without a list',
  onPage(({ consent, commands }) => {
    emitConsentMode(consent, { region: 'DE', mapping: { functional: [], analytics: 'functionality_storage' } });
    const { analytics_storage, personalization_storage, ...left } = DENIED;
    assert.deepEqual(commands(), [['consent', 'default', { ...left, region: ['DE'] }]]);
  }),
);

test(
  'a type of several purposes needs all of them, in any order',
  onPage(({ consent, commands }) => {
    emitConsentMode(consent, { mapping: { marketing: ['ad_storage', 'analytics_storage'] } });
    consent.change({ analytics: 'granted' });
    consent.change({ analytics: 'denied', marketing: 'granted' });
    consent.change({ analytics: 'granted' });
    const said = commands().map(([, , { analytics_storage, ad_storage }]) => [analytics_storage, ad_storage]);
    assert.deepEqual(said, [
      ['denied', 'denied'],
      ['denied', 'denied'],
      ['denied', 'granted'],
      ['granted', 'granted'],
    ]);
  }),
);

test(
  'a queue that is there is used, one of another name too',
  onPage(({ page, consent }) => {
    page.commands = ['first'];
    emitConsentMode(consent, { dataLayer: 'commands' });
    assert.equal(page.commands.length, 2);
    assert.equal(page.dataLayer, undefined);
  }),
);

test('without a page nothing happens', () => {
  const consent = new FakeConsent();
  emitConsentMode(consent)();
  assert.equal(consent.listeners.size, 0);
});
