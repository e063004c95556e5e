// Didomi: before the person has decided all purposes are off, which is no refusal; where nothing is asked it is no consent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeDidomi } from './fake_didomi.mjs';
import { all, onPage } from './page.mjs';

testContract(FakeDidomi);
testFailClosed(FakeDidomi);

for (const requireExplicit of [true, false])
  test(
    `as long as the person has not decided on all, nothing is known: requireExplicit ${requireExplicit}`,
    onPage(FakeDidomi, async ({ consent, fake, connect }) => {
      connect({ requireExplicit });
      fake.arrive();
      fake.set(all);
      assert.deepEqual(consent.reports, [['cmp:didomi']]);
    }),
  );

test(
  'an older version has another name for it, one without either is not believed',
  onPage(FakeDidomi, async ({ consent, fake, connect }) => {
    fake.api.isUserConsentStatusPartial = fake.api.isUserStatusPartial;
    delete fake.api.isUserStatusPartial;
    connect();
    fake.arrive();
    fake.choose(all);
    assert.equal(consent.granted.length, 3);
    delete fake.api.isUserConsentStatusPartial;
    fake.emit('consent.changed');
    assert.deepEqual(consent.granted, []);
  }),
);

test(
  'detached before Didomi is there, nothing is left in its queues',
  onPage(FakeDidomi, async ({ page, connect }) => {
    const detach = connect();
    assert.deepEqual([page.didomiOnReady.length, page.didomiEventListeners.length], [1, 1]);
    detach();
    assert.deepEqual([page.didomiOnReady, page.didomiEventListeners], [[], []]);
  }),
);
