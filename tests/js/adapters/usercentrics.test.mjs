// Usercentrics, versions 2 and 3: explicit consent, whole categories, and answers that come later or never.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeUsercentrics2, FakeUsercentrics3 } from './fake_usercentrics.mjs';
import { all, none, onPage } from './page.mjs';

for (const Fake of [FakeUsercentrics2, FakeUsercentrics3]) {
  testContract(Fake);
  testFailClosed(Fake);
}

test(
  'version 2: a category of which one service is refused is refused',
  onPage(FakeUsercentrics2, async ({ consent, fake, connect }) => {
    fake.arrive();
    fake.choose(all);
    fake.services[3].consent.status = false;
    connect();
    assert.equal(consent.said.analytics, 'denied');
    assert.equal(consent.said.marketing, 'granted');
  }),
);

test(
  'version 2: the event that is set up at Usercentrics is heard',
  onPage(FakeUsercentrics2, async ({ page, consent, fake, connect }) => {
    fake.arrive();
    connect({ windowEvent: 'ucEvent' });
    fake.decide(all, 'explicit');
    assert.deepEqual(consent.granted, []);
    page.fire('ucEvent', { event: 'consent_status', type: 'explicit' });
    assert.equal(consent.granted.length, 3);
  }),
);

test(
  'version 3: a category that is accepted in part is refused, one without a state is not known',
  onPage(FakeUsercentrics3, async ({ page, consent, fake, connect }) => {
    fake.arrive();
    fake.decide({ functional: 'SOME_ACCEPTED', analytics: true, marketing: 'NO_STATE' }, 'explicit');
    connect();
    await page.pass(0);
    assert.deepEqual(consent.said, { functional: 'denied', analytics: 'granted', marketing: 'unknown' });
  }),
);

test(
  'version 3: from a decision until it is read nothing is granted, though the answer never comes',
  onPage(FakeUsercentrics3, async ({ page, consent, fake, connect }) => {
    fake.arrive();
    fake.choose(all);
    connect();
    await page.pass(0);
    assert.equal(consent.granted.length, 3);
    page.__ucCmp.getConsentDetails = () => new Promise(() => {});
    fake.choose(none);
    assert.deepEqual(consent.reports.at(-1), ['cmp:usercentrics']);
    await page.pass(60_000);
    assert.deepEqual(consent.reports.at(-1), ['cmp:usercentrics']);
  }),
);

test(
  'version 3: only the answer to the last question counts',
  onPage(FakeUsercentrics3, async ({ page, consent, fake, connect }) => {
    fake.arrive();
    connect();
    await page.pass(0);
    const answers = [];
    page.__ucCmp.getConsentDetails = () => new Promise((resolve) => answers.push(resolve));
    fake.choose(all);
    const before = structuredClone(fake.details);
    await page.pass(0);
    fake.choose(none);
    await page.pass(0);
    answers[1](fake.details);
    await page.pass(0);
    answers[0](before);
    await page.pass(0);
    assert.equal(answers.length, 2);
    assert.deepEqual(consent.granted, []);
    assert.equal(consent.said.analytics, 'denied');
  }),
);

test(
  'where both are there version 3 is asked',
  onPage(FakeUsercentrics3, async ({ page, consent, fake, connect }) => {
    const old = new FakeUsercentrics2(page);
    old.arrive();
    old.choose(all);
    fake.arrive();
    connect();
    await page.pass(0);
    assert.deepEqual(consent.granted, []);
  }),
);
