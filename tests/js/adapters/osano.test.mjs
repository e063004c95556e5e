// Osano: what was saved counts, what its region lets be does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeOsano } from './fake_osano.mjs';
import { all, onPage } from './page.mjs';

testContract(FakeOsano);
testFailClosed(FakeOsano);

for (const [OPT_OUT, marketing] of [
  ['ACCEPT', 'denied'],
  ['DENY', 'granted'],
])
  test(
    `marketing is ${marketing} when the opt-out says ${OPT_OUT}`,
    onPage(FakeOsano, async ({ consent, fake, connect }) => {
      fake.arrive();
      fake.choose(all);
      fake.save({ OPT_OUT });
      connect();
      assert.equal(consent.said.marketing, marketing);
      assert.equal(consent.said.analytics, 'granted');
    }),
  );

test(
  'a manager that cannot take listeners off is not heard all the same',
  onPage(FakeOsano, async ({ consent, fake, connect }) => {
    delete fake.cm.removeEventListener;
    fake.arrive();
    connect()();
    fake.choose(all);
    assert.equal(fake.listenerCount, 1);
    assert.deepEqual(consent.reports, [['cmp:osano']]);
  }),
);
