// What every adapter does with a platform that works: the choice arrives, whenever and however often it is made.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, none, onPage } from './page.mjs';

const states = (choices) =>
  Object.fromEntries(Object.entries(choices).map(([purpose, is]) => [purpose, is ? 'granted' : 'denied']));

const contract = {
  'it says first that nothing is known, then what was chosen before': async ({ page, consent, fake, connect }) => {
    fake.arrive();
    fake.choose(all);
    connect();
    assert.deepEqual(consent.reports[0], [fake.constructor.source]);
    await page.pass(0);
    assert.deepEqual(consent.said, states(all));
  },

  'a choice arrives without time passing': async ({ page, consent, fake, connect }) => {
    fake.arrive();
    connect();
    await page.pass(0);
    assert.deepEqual(consent.granted, []);
    fake.choose(all);
    await page.pass(0);
    assert.deepEqual(consent.said, states(all));
  },

  'a platform that arrives late is heard, and no one looks for it more than once a second': async (stage) => {
    const { page, consent, fake, connect } = stage;
    connect();
    await page.pass(0);
    assert.ok(page.timers.length <= 1);
    for (const { atMs } of page.timers) assert.ok(atMs >= 1000, `${atMs}`);
    await page.pass(5500);
    fake.arrive();
    fake.choose({ ...none, analytics: true });
    await page.pass(1000);
    assert.deepEqual(consent.said, states({ ...none, analytics: true }));
    assert.equal(page.timers.length, 0);
  },

  'looking ends after timeoutMs': async ({ page, consent, connect }) => {
    connect({ timeoutMs: 3000 });
    await page.pass(3001);
    assert.equal(page.timers.length, 0);
    assert.deepEqual(consent.granted, []);
  },

  'a refusal is a refusal, not silence': async ({ page, consent, fake, connect }) => {
    connect();
    fake.arrive();
    fake.choose(none);
    await page.pass(1000);
    assert.deepEqual(consent.said, states(none));
  },

  'a change and a withdrawal arrive': async ({ page, consent, fake, connect }) => {
    connect();
    fake.arrive();
    for (const choices of [{ ...none, functional: true }, { ...none, marketing: true }, all, none, all]) {
      fake.choose(choices);
      await page.pass(1000);
      assert.deepEqual(consent.said, states(choices));
    }
  },

  'the same is not reported twice': async ({ page, consent, fake, connect }) => {
    connect();
    fake.arrive();
    fake.choose(all);
    await page.pass(1000);
    const count = consent.reports.length;
    page.fire('load');
    await page.pass(20_000);
    assert.equal(consent.reports.length, count);
  },

  'the mapping is replaced purpose by purpose, and its categories combine with and': async (stage) => {
    const { page, consent, fake, connect } = stage;
    const { functional, marketing } = fake.categories;
    fake.arrive();
    connect({ mapping: { analytics: [...functional, ...marketing], marketing: [] } });
    fake.choose({ functional: true, analytics: false, marketing: true });
    await page.pass(0);
    assert.deepEqual(consent.said, { functional: 'granted', analytics: 'granted', marketing: 'unknown' });
    fake.choose({ functional: true, analytics: true, marketing: false });
    await page.pass(0);
    assert.deepEqual(consent.said, { functional: 'granted', analytics: 'denied', marketing: 'unknown' });
  },

  'one category may stand without a list': async ({ page, consent, fake, connect }) => {
    fake.arrive();
    connect({ mapping: { analytics: fake.categories.marketing.at(-1) } });
    fake.choose({ ...none, marketing: true });
    await page.pass(0);
    assert.equal(consent.said.analytics, 'granted');
    fake.choose({ ...all, marketing: false });
    await page.pass(0);
    assert.equal(consent.said.analytics, 'denied');
  },

  'once it is detached nothing listens, waits or reports': async ({ page, consent, fake, connect }) => {
    const waiting = connect();
    waiting();
    assert.deepEqual([page.listeners, page.timers], [[], []], 'before it arrived');
    const joined = connect();
    fake.arrive();
    fake.choose(all);
    await page.pass(1000);
    assert.deepEqual(consent.said, states(all));
    joined();
    joined();
    assert.deepEqual([page.listeners, page.timers], [[], []]);
    assert.equal(fake.listenerCount ?? 0, 0);
    const count = consent.reports.length;
    fake.choose(none);
    await page.pass(60_000);
    assert.equal(consent.reports.length, count);
  },

  'a window that is no page, as in React Native, is left alone': async ({ consent, fake, connect }) => {
    const page = globalThis.window;
    globalThis.window = {};
    connect()();
    assert.deepEqual(globalThis.window, {});
    globalThis.window = page;
    assert.deepEqual(consent.reports, [[fake.constructor.source]]);
  },

  'two trackers hear the same platform': async ({ page, consent, fake, connect }) => {
    const first = connect();
    connect();
    fake.arrive();
    fake.choose(all);
    await page.pass(1000);
    first();
    fake.choose(none);
    await page.pass(1000);
    assert.deepEqual(consent.said, states(none));
  },
};

export function testContract(Fake) {
  for (const [name, body] of Object.entries(contract)) test(name, onPage(Fake, body));
  if (!Fake.mayBeImplied) return;
  test(
    'with requireExplicit false it grants what holds without a choice, and calls it so',
    onPage(Fake, async ({ page, consent, fake, connect }) => {
      connect({ requireExplicit: false });
      fake.arrive();
      fake.imply();
      await page.pass(1000);
      assert.deepEqual(consent.said, { functional: 'implied', analytics: 'implied', marketing: 'implied' });
    }),
  );
  test(
    'with requireExplicit false a choice is a choice',
    onPage(Fake, async ({ page, consent, fake, connect }) => {
      connect({ requireExplicit: false });
      fake.arrive();
      fake.choose(all);
      await page.pass(1000);
      assert.deepEqual(consent.said, states(all));
    }),
  );
}
