// IAB GPP 1.1: readiness, the sections and how they combine.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeGpp, FakeGppAbove } from './fake_gpp.mjs';
import { all, onPage } from './page.mjs';

for (const Fake of [FakeGpp, FakeGppAbove]) {
  testContract(Fake);
  testFailClosed(Fake);
}

const says = (name, play, expected, options) =>
  test(
    name,
    onPage(FakeGpp, async ({ consent, fake, connect }) => {
      fake.arrive();
      connect(options);
      play(fake);
      assert.deepEqual(consent.said?.analytics, expected);
    }),
  );

const implied = { requireExplicit: false };
const us = (fields, ...more) => [(fake) => fake.section('usca', [{ Version: 1, ...fields }, ...more], 8), implied];

for (const [name, [play, options], expected] of [
  ['an opt-out of sale', us({ SaleOptOut: 1, SharingOptOut: 2 }), 'denied'],
  ['an opt-out of sharing', us({ SaleOptOut: 2, SharingOptOut: 1 }), 'denied'],
  ['no opt-out', us({ SaleOptOut: 2, SharingOptOut: 2 }), 'implied'],
  ['a question that was not put', us({ SaleOptOut: 0, SharingOptOut: 2 }), 'unknown'],
  ['a section without any opt-out', us({}), 'unknown'],
  ['GPC in its segment', us({ SaleOptOut: 2, SharingOptOut: 2 }, { SubsectionType: 1, Gpc: true }), 'denied'],
  ['GPC as a number', us({ SaleOptOut: 2, SharingOptOut: 2 }, { SubsectionType: 1, Gpc: 1 }), 'denied'],
  ['no GPC, as a number', us({ SaleOptOut: 2, SharingOptOut: 2 }, { SubsectionType: 1, Gpc: 0 }), 'implied'],
])
  says(`in a US section: ${name}`, play, expected, options);

says('an opt-out counts with requireExplicit too', us({ SaleOptOut: 1 })[0], 'denied');
says('that the person did not opt out is no explicit choice', us({ SaleOptOut: 2 })[0], 'unknown');

const canada = (fake) => fake.section('tcfcav1', [{ PurposesExpressConsent: [1], PurposesImpliedConsent: [8] }], 5);
says('in the Canadian section implied consent does not count', canada, 'denied');
says('in the Canadian section implied consent counts if that is asked for', canada, 'implied', implied);

const europe = (PurposeConsent) => (fake) => fake.section('tcfeuv2', [{ PurposeConsent }], 2);
const bits = (...ids) => Array.from({ length: 24 }, (_, index) => ids.includes(index + 1));
says('a bit field may be booleans', europe(bits(1, 8)), 'granted');
says('booleans: storage is missing', europe(bits(8)), 'denied');
says('a bit field may be bits', europe(bits(1, 8).map(Number)), 'granted');
says('bits: storage is missing, though some bit is 1', europe(bits(2, 8).map(Number)), 'denied');
says(
  'the field may have the name that the reference library gives it',
  (fake) => fake.section('tcfeuv2', [{ PurposeConsents: bits(1, 8) }], 2),
  'granted',
);

const both = (fake) => {
  fake.choose(all);
  fake.section('usnat', [{ SaleOptOut: 1 }], 7);
  fake.emit('signalStatus', { signalStatus: 'ready', applicableSections: [2, 7] });
};
says('all sections that apply must allow it', both, 'denied');

const apply = (applicableSections) => (fake) => {
  fake.choose(all);
  fake.emit('signalStatus', { signalStatus: 'ready', applicableSections });
};
says('a section that applies and is missing grants nothing', apply([2, 7]), 'unknown');
says('a section that nobody knows grants nothing', apply([4711]), 'unknown');
says('without a section that applies nothing is granted', apply([-1]), undefined);
says('none applies: implied if that is asked for', apply([-1]), 'implied', { outsideSections: 'granted' });
says('before it is known which apply nothing is granted', apply([]), undefined, { outsideSections: 'granted' });
says('nor with section 0, which stands for unknown', apply([0]), 'unknown', { outsideSections: 'granted' });

test(
  'an error grants nothing until the next event',
  onPage(FakeGpp, async ({ consent, fake, connect }) => {
    fake.arrive();
    connect();
    fake.choose(all);
    fake.emit('error');
    assert.deepEqual(consent.granted, []);
    fake.emit('signalStatus', { signalStatus: 'ready' });
    assert.equal(consent.granted.length, 3);
  }),
);

test(
  'a change pauses: nothing is said to be denied until it is ready again',
  onPage(FakeGpp, async ({ consent, fake, connect }) => {
    fake.arrive();
    connect();
    fake.choose(all);
    fake.show();
    assert.deepEqual(consent.reports.at(-1), ['cmp:gpp']);
    fake.choose(all);
    assert.equal(consent.said.analytics, 'granted');
  }),
);
