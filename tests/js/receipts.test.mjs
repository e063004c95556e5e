// Receipts of consent in a pretended browser: what a decision leaves, what is sent when, and what a chain proves.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { createConsent } from '../../js/dist/consent.js';
import { keepReceipts } from '../../js/dist/receipts.js';
import { inBrowser, options, settled } from './host.mjs';

const ENTRY = 'waymark-receipts:demo';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const notice = { hash: 'c'.repeat(64), locale: 'pt-BR', variant: 'banner' };

/** A tracker's consent before any tracker runs, and its receipts. The host's fetch takes text. */
function start(host, { mode, ...more } = {}) {
  const { consent } = createTracker(options({ consent: { policyVersion: 2, mode } }));
  host.answer ??= () => ({ status: 200, body: '{}' });
  return { consent, kept: keepReceipts({ consent, endpoint: 'https://collect.example', writeKey: 'demo', ...more }) };
}
const posts = (host) => host.requests.filter(({ url }) => url === 'https://collect.example/api/consent');
const stored = (host) => JSON.parse(host.stored.get(ENTRY));
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

test(
  'before a decision there is one read and nothing else',
  inBrowser(async (host) => {
    const { kept } = start(host);
    await settled();
    assert.deepEqual(
      host.storageCalls.filter(([, key]) => key === ENTRY),
      [
        ['get', ENTRY],
        ['get', ENTRY],
      ],
    );
    assert.deepEqual([host.requests, host.timersEverSet, host.listeners], [[], 0, []]);
    assert.deepEqual(kept.receipts(), []);
    assert.equal(await kept.export(), '[]');
    assert.deepEqual(host.requests, []);
  }),
);

test(
  'a refusal makes a receipt in the same task, with all that it must show and no more',
  inBrowser(async (host) => {
    const { consent, kept } = start(host);
    consent.set({ analytics: 'denied', marketing: 'denied' }, { source: 'user', notice });
    const [receipt] = kept.receipts();
    const { receipt_id, subject, hash, ...rest } = receipt;
    assert.deepEqual(rest, {
      version: 1,
      at: new Date(host.nowMs).toISOString(),
      choices: { necessary: 'granted', functional: 'unknown', analytics: 'denied', marketing: 'denied' },
      source: 'user',
      is_withdrawal: false,
      notice,
      policy_version: '2',
      mode: 'opt-in',
      signals: [],
      host: '',
      sdk_version: rest.sdk_version,
      epoch: 1,
      previous: '',
    });
    assert.match(rest.sdk_version, /^waymark-js\/\d/);
    for (const id of [receipt_id, subject]) assert.match(id, UUID);
    assert.notEqual(receipt_id, subject);
    const names = ['at', 'choices', 'epoch', 'host', 'is_withdrawal', 'mode', 'notice', 'policy_version', 'previous'];
    names.push('receipt_id', 'sdk_version', 'signals', 'source', 'subject', 'version');
    const text = names.map((name) => {
      const value = receipt[name];
      const sorted = name === 'choices' ? Object.fromEntries(Object.entries(value).sort()) : value;
      return `"${name}":${JSON.stringify(sorted)}`;
    });
    assert.equal(hash, sha256(`{${text}}`), 'the hash is of the canonical JSON of the rest');
    assert.equal(stored(host).unsent.length, 1, 'it is kept before it is sent');
    const [request] = posts(host);
    assert.deepEqual(request.body, { write_key: 'demo', receipts: [receipt] });
    const { method, keepalive, credentials, headers } = request.init;
    assert.deepEqual([method, keepalive, credentials, headers], ['POST', true, 'omit', undefined]);
    assert.deepEqual(
      host.deviceReads.filter((name) => name !== 'navigator.globalPrivacyControl'),
      [],
    );
    await settled();
    assert.deepEqual(stored(host), { subject, last: hash, unsent: [] });
    assert.equal(host.requests.length, 1, 'no tracker was started for it');
  }),
);

test(
  'with consent alone, no tracker near',
  inBrowser(async (host) => {
    host.answer = () => ({ status: 200, body: '{}' });
    const consent = createConsent({ writeKey: 'demo', mode: 'notice' });
    const kept = keepReceipts({ consent, endpoint: 'https://collect.example', writeKey: 'demo' });
    consent.set({ marketing: 'denied' });
    consent.withdraw();
    await settled();
    assert.deepEqual(
      kept.receipts().map(({ mode, is_withdrawal }) => [mode, is_withdrawal]),
      [
        ['notice', false],
        ['notice', true],
      ],
    );
    assert.deepEqual(stored(host).unsent, []);
  }),
);

test(
  'every decision follows the one before, withdrawals and signals are in it',
  inBrowser(async (host) => {
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { globalPrivacyControl: true } });
    globalThis.location.hostname = 'shop.example';
    const { consent, kept } = start(host, { mode: 'opt-out' });
    consent.set({ analytics: 'granted' });
    consent.set({ analytics: 'granted' });
    consent.withdraw({ source: 'user' });
    await settled();
    const chain = kept.receipts();
    assert.deepEqual(
      chain.map(({ previous }) => previous),
      ['', chain[0].hash, chain[1].hash],
    );
    assert.deepEqual(new Set(chain.map(({ subject }) => subject)).size, 1);
    assert.deepEqual(
      chain.map(({ is_withdrawal, source, epoch }) => [is_withdrawal, source, epoch]),
      [
        [false, 'api', 1],
        [false, 'api', 2],
        [true, 'user', 3],
      ],
    );
    assert.deepEqual([chain[0].mode, chain[0].signals, chain[0].host], ['opt-out', ['gpc'], 'shop.example']);
    assert.equal('notice' in chain[0], false);
    assert.deepEqual(kept.verify(chain), { isValid: true });
  }),
);

for (const [how, answer] of Object.entries({
  'no answer': 'fail',
  503: { status: 503 },
  429: { status: 429 },
  401: { status: 401 },
}))
  test(
    `what is not taken (${how}) goes at the next decision, and at the next page`,
    inBrowser(async (host) => {
      host.answer = () => answer;
      const { consent, kept } = start(host);
      consent.set({ analytics: 'denied' });
      await settled();
      consent.set({ analytics: 'granted' });
      await settled();
      assert.deepEqual(
        posts(host).map(({ body }) => body.receipts.length),
        [1, 2],
      );
      assert.equal(host.timersEverSet, 0);
      kept.stop();
      host.answer = () => ({ status: 200, body: '{}' });
      const next = keepReceipts({ consent, endpoint: 'https://collect.example', writeKey: 'demo' });
      await settled();
      assert.deepEqual(posts(host).at(-1).body.receipts, kept.receipts());
      assert.deepEqual(next.receipts(), kept.receipts());
      assert.deepEqual(stored(host).unsent, []);
      consent.set({ analytics: 'denied' });
      assert.equal(next.receipts().at(-1).previous, kept.receipts().at(-1).hash, 'the chain goes on');
      assert.equal(kept.receipts().length, 2, 'what was stopped makes no more');
    }),
  );

test(
  'decisions while a request is under way go after it; one request at a time',
  inBrowser(async (host) => {
    host.answer = undefined;
    const { consent } = start(host);
    host.answer = () => undefined;
    for (const analytics of ['granted', 'denied', 'granted']) consent.set({ analytics });
    const under = () => posts(host);
    assert.equal(under().length, 1);
    under()[0].respond({ status: 200, body: '{}' });
    await settled();
    assert.deepEqual(
      under().map(({ body }) => body.receipts.map(({ epoch }) => epoch)),
      [[1], [2, 3]],
    );
  }),
);

test(
  'at most 32 wait, the newest; the gap shows',
  inBrowser(async (host) => {
    host.answer = () => 'fail';
    const { consent, kept } = start(host);
    for (let i = 0; i < 40; ++i) consent.set({ analytics: i % 2 ? 'granted' : 'denied' });
    await settled();
    const { unsent } = stored(host);
    assert.equal(unsent.length, 32);
    assert.equal(unsent.at(-1).epoch, 40);
    assert.deepEqual(kept.verify(unsent), { isValid: false, index: 0, reason: 'wrong_previous' });
    assert.equal(kept.verify(kept.receipts()).isValid, true);
    assert.ok(host.stored.get(ENTRY).length < 32 * 1024);
  }),
);

test(
  'another tab goes on with the same chain',
  inBrowser(async (host) => {
    const one = start(host);
    const two = start(host);
    one.consent.set({ analytics: 'granted' });
    two.consent.set({ analytics: 'denied' });
    one.consent.set({ analytics: 'granted' });
    await settled();
    const chain = [one.kept.receipts()[0], two.kept.receipts()[0], one.kept.receipts()[1]];
    assert.deepEqual(one.kept.verify(chain), { isValid: true });
  }),
);

test(
  'export gives what the collector has and what it has not yet, as canonical JSON',
  inBrowser(async (host) => {
    const { consent, kept } = start(host);
    consent.set({ analytics: 'granted' });
    await settled();
    const [first] = kept.receipts();
    host.answer = ({ url }) => (url.includes('?subject=') ? { status: 200, body: JSON.stringify([first]) } : 'fail');
    consent.set({ analytics: 'denied' });
    await settled();
    const text = await kept.export();
    assert.deepEqual(JSON.parse(text), kept.receipts());
    assert.equal(host.requests.at(-1).url, `https://collect.example/api/consent/receipts?subject=${first.subject}`);
    for (const answer of ['fail', { status: 503, body: '{"error":"cannot_read"}' }, { status: 200, body: '<p>' }]) {
      host.answer = () => answer;
      assert.equal(await kept.export(), text, 'without the collector: what is here');
    }
    const [, second] = kept.receipts();
    assert.ok(kept.verify(JSON.parse(text)).isValid);

    // No byte of it can be another.
    for (let at = 0; at < text.length; ++at) {
      let chain;
      try {
        chain = JSON.parse(text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1));
      } catch {
        continue;
      }
      assert.equal(Array.isArray(chain) && kept.verify(chain).isValid, false, `byte ${at}`);
    }
    const bad = (chain, index, reason) => assert.deepEqual(kept.verify(chain), { isValid: false, index, reason });
    bad([second], 0, 'wrong_previous');
    bad([first, first], 1, 'wrong_previous');
    bad([first, { ...second, note: 1 }], 1, 'hash_mismatch');
    bad([first, null], 1, 'hash_mismatch');
    bad([5], 0, 'hash_mismatch');
  }),
);

test(
  'memory: nothing is kept on the device',
  inBrowser(async (host) => {
    const { consent, kept } = start(host, { storage: 'memory' });
    consent.set({ analytics: 'denied' });
    consent.set({ analytics: 'granted' });
    await settled();
    assert.equal(
      host.storageCalls.some(([, key]) => key === ENTRY),
      false,
    );
    assert.deepEqual(kept.verify(kept.receipts()), { isValid: true });
  }),
);

test(
  'storage that throws or holds rubbish, a collector that may not be asked: decisions go on and receipts are made',
  inBrowser(async (host) => {
    for (const rubbish of [
      '',
      '{',
      'null',
      '5',
      '{"subject":1,"last":"","unsent":[]}',
      '{"subject":"s","last":"l","unsent":[null,5]}',
    ]) {
      host.stored.set(ENTRY, rubbish);
      const { consent, kept } = start(host);
      consent.set({ analytics: 'denied' });
      await settled();
      assert.equal(kept.receipts().length, 1, rubbish);
      kept.stop();
    }
    globalThis.localStorage.getItem = globalThis.localStorage.setItem = () => {
      throw new Error('blocked');
    };
    const before = host.requests.length;
    const { consent, kept } = start(host, { endpoint: 'http://collect.example' });
    consent.set({ analytics: 'denied' });
    consent.set({ analytics: 'granted' });
    await settled();
    assert.deepEqual(kept.verify(kept.receipts()), { isValid: true });
    assert.equal(kept.receipts().length, 2);
    assert.equal(host.requests.slice(before).filter(({ url }) => url.includes('/api/consent')).length, 0);
    assert.equal(JSON.parse(await kept.export()).length, 2);
    assert.deepEqual(host.errors, []);
  }),
);

test(
  'receipts that full storage does not take are sent all the same, in order, and what stands there is put right',
  inBrowser(async (host) => {
    const { consent, kept } = start(host);
    consent.set({ analytics: 'granted' });
    await settled();
    const before = host.stored.get(ENTRY);
    const { localStorage } = globalThis;
    const setItem = localStorage.setItem.bind(localStorage);
    localStorage.setItem = (key, value) => {
      if (value.length > (host.stored.get(key) ?? '').length) throw new DOMException('full', 'QuotaExceededError');
      setItem(key, value);
    };
    const { answer } = host;
    host.answer = () => ({ status: 503, body: '' });
    for (const analytics of ['denied', 'granted', 'denied']) consent.set({ analytics });
    await settled();
    assert.equal(host.stored.get(ENTRY), before);
    host.answer = answer;
    consent.set({ analytics: 'granted' });
    await settled();
    assert.deepEqual(posts(host).at(-1).body.receipts, kept.receipts().slice(1));
    assert.deepEqual(kept.verify(kept.receipts()), { isValid: true });
    assert.deepEqual(stored(host), { ...JSON.parse(before), last: kept.receipts().at(-1).hash });
    const count = posts(host).length;
    kept.stop();
    start(host);
    await settled();
    assert.equal(posts(host).length, count, 'nothing is left to be sent');
  }),
);

test(
  'texts of a notice that a receipt has no room for are cut, so that the collector takes it',
  inBrowser(async (host) => {
    const { consent, kept } = start(host);
    consent.set({ analytics: 'denied' }, { notice: { hash: 'h'.repeat(99), locale: 'x\ud800"', variant: undefined } });
    assert.deepEqual(kept.receipts()[0].notice, { hash: 'h'.repeat(64), locale: 'x__', variant: '' });
  }),
);
