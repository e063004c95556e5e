// OneTrust and CookiePro: the banner must have been closed, whatever its groups say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeOneTrust } from './fake_onetrust.mjs';
import { all, onPage } from './page.mjs';

testContract(FakeOneTrust);
testFailClosed(FakeOneTrust);

test(
  'the groups may change before the banner counts as closed',
  onPage(FakeOneTrust, async ({ consent, fake, connect }) => {
    connect();
    fake.arrive();
    fake.page.OnetrustActiveGroups = ',C0001,C0002,';
    fake.updated();
    assert.deepEqual(consent.granted, []);
    fake.isClosed = true;
    for (const listener of fake.listeners) listener();
    assert.deepEqual(consent.granted, ['analytics']);
  }),
);

test(
  'the older name of the groups is read where the newer is missing',
  onPage(FakeOneTrust, async ({ page, consent, fake, connect }) => {
    fake.arrive();
    fake.choose(all);
    delete page.OnetrustActiveGroups;
    connect();
    assert.equal(consent.granted.length, 3);
    delete page.OptanonActiveGroups;
    page.fire('OTConsentApplied');
    assert.deepEqual(consent.granted, [], 'without any groups');
  }),
);

test(
  'a banner that closes with a truthy value only is not closed',
  onPage(FakeOneTrust, async ({ consent, fake, connect }) => {
    fake.arrive();
    fake.choose(all);
    fake.isClosed = 'no';
    connect();
    assert.deepEqual(consent.granted, []);
  }),
);
