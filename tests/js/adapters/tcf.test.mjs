// IAB TCF 2.2 and 2.3: which of its states are a choice, on the page itself and in a frame.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContract } from './contract.mjs';
import { testFailClosed } from './fail_closed.mjs';
import { FakeTcf, FakeTcfAbove } from './fake_tcf.mjs';
import { all, onPage } from './page.mjs';

for (const Fake of [FakeTcf, FakeTcfAbove]) {
  testContract(Fake);
  testFailClosed(Fake);
}

const afterAll = (changed, options) => async (stage) => {
  stage.fake.arrive();
  stage.connect(options);
  stage.fake.choose(all);
  stage.fake.set(changed);
  return stage.consent;
};

for (const [name, changed] of Object.entries({
  'it does not know whether the GDPR applies': { gdprApplies: undefined },
  'the GDPR does not apply': { gdprApplies: false },
  'the first call comes without an event': { eventStatus: undefined },
  'the consent is one for a group of sites': { isServiceSpecific: false },
  'the purposes are missing': { purpose: undefined },
}))
  test(
    `nothing is granted when ${name}`,
    onPage(FakeTcf, async (stage) => assert.deepEqual((await afterAll(changed)(stage)).granted, [])),
  );

test(
  'success false is no answer',
  onPage(FakeTcf, async ({ page, consent, connect }) => {
    page.__tcfapi = (command, version, callback) => callback(null, false);
    connect();
    assert.deepEqual(consent.reports, [['cmp:tcf']]);
  }),
);

test(
  'outside of the GDPR all mapped purposes are granted, without a choice, if that is asked for',
  onPage(FakeTcf, async (stage) => {
    const options = { outsideGdpr: 'granted', mapping: { marketing: [] } };
    const consent = await afterAll({ gdprApplies: false, purpose: undefined }, options)(stage);
    assert.deepEqual(consent.said, { functional: 'implied', analytics: 'implied', marketing: 'unknown' });
  }),
);

test(
  'while the dialog is open again what was chosen holds',
  onPage(FakeTcf, async (stage) => {
    const consent = await afterAll({ eventStatus: 'cmpuishown', purpose: { consents: {} } })(stage);
    assert.deepEqual(consent.granted, ['functional', 'analytics', 'marketing']);
  }),
);

const vendorId = 755;
const disclosed = { consents: { [vendorId]: true }, disclosedVendors: { [vendorId]: true } };
const restricted = (purpose, type, vendor = vendorId) => ({
  vendor: disclosed,
  publisher: { restrictions: { [purpose]: { [vendor]: type } } },
});

for (const [name, changed, expected, options = { vendorId }] of [
  ['no consent is a refusal', { vendor: { ...disclosed, consents: {} } }, []],
  ['consent is a grant', { vendor: disclosed }, 3],
  ['consent without a list of who was disclosed is a grant, as in TCF 2.2', { vendor: { consents: { 755: true } } }, 3],
  ['consent without having been disclosed is none', { vendor: { ...disclosed, disclosedVendors: { 756: true } } }, []],
  ['consent where nobody was disclosed is none', { vendor: { ...disclosed, disclosedVendors: {} } }, []],
  ['a purpose that the publisher does not allow it', restricted(8, 0), ['functional', 'marketing']],
  ['storage that the publisher does not allow it', restricted(1, 0), []],
  ['a purpose that the publisher leaves to consent', restricted(8, 1), 3],
  ['a purpose that the publisher leaves to legitimate interest', restricted(8, 2), ['functional', 'marketing']],
  ['a restriction that nobody knows', restricted(8, 3), ['functional', 'marketing']],
  ['a restriction of another vendor', restricted(8, 0, 756), 3],
  ['a restriction of a purpose that is not mapped', restricted(9, 0), 3],
  ['restrictions, while no vendor is named', restricted(8, 0), 3, {}],
])
  test(
    `a vendor: ${name}`,
    onPage(FakeTcf, async (stage) => {
      const { granted, said } = await afterAll(changed, options)(stage);
      assert.deepEqual(typeof expected === 'number' ? granted.length : granted, expected);
      assert.ok(!Object.values(said).includes('unknown'), 'a choice was made');
    }),
  );

test(
  'calls that the stub took down are answered when the platform arrives',
  onPage(FakeTcf, async ({ page, consent, fake, connect }) => {
    fake.stub();
    const detach = connect();
    connect();
    assert.equal(fake.queue.length, 2);
    detach();
    fake.arrive();
    fake.choose(all);
    await page.pass(0);
    assert.deepEqual(consent.granted, ['functional', 'analytics', 'marketing']);
    assert.equal(fake.listenerCount, 1, 'who had left takes the listener off');
  }),
);

test(
  'only the frame that was asked is believed',
  onPage(FakeTcfAbove, async ({ page, consent, fake, connect }) => {
    const calls = [];
    const { postMessage } = fake.top;
    fake.top.postMessage = (data, origin) => (calls.push([data.__tcfapiCall, origin]), postMessage(data));
    connect();
    fake.arrive();
    await page.pass(1000);
    const [[{ callId, command, version }, origin]] = calls;
    assert.deepEqual([command, version, origin], ['addEventListener', 2, '*']);
    const returnValue = { ...fake.data, eventStatus: 'tcloaded', purpose: { consents: { 1: true, 8: true } } };
    const forged = { __tcfapiReturn: { returnValue, success: true, callId } };
    fake.send(forged, {});
    fake.send({ __tcfapiReturn: { returnValue, success: true, callId: `${callId}x` } });
    for (const data of [null, undefined, 'text', 7, {}, { __tcfapiReturn: null }]) fake.send(data);
    assert.deepEqual(consent.granted, []);
    fake.send(forged);
    assert.deepEqual(consent.granted, ['analytics']);
  }),
);

test(
  'a frame of another origin that throws is passed by',
  onPage(FakeTcfAbove, async ({ page, consent, fake, connect }) => {
    Object.defineProperty(page.parent, 'frames', {
      value: new Proxy({}, { get: () => fake.throw() }),
    });
    fake.arrive();
    fake.choose(all);
    connect();
    await page.pass(0);
    assert.deepEqual(consent.granted, ['functional', 'analytics', 'marketing']);
  }),
);

test(
  'a platform that comes after timeoutMs is not heard, since nothing tells of it',
  onPage(FakeTcf, async ({ page, consent, fake, connect }) => {
    connect({ timeoutMs: 2000 });
    await page.pass(2001);
    fake.arrive();
    fake.choose(all);
    await page.pass(60_000);
    assert.deepEqual(consent.reports, [['cmp:tcf']]);
  }),
);
