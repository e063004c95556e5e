// When no adapter may grant: the list that every adapter passes, and that an adapter which always grants fails, each case
// on each platform. A case that a platform cannot get into is left out by the fake, which then lacks the method.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, none, onPage } from './page.mjs';

const minuteMs = 60_000;
const nothing = ({ consent }) => assert.deepEqual(consent.granted, []);
const noAnalytics = ({ consent }) => assert.ok(!consent.granted.includes('analytics'), `${consent.granted}`);

/** Grants everything, then connects with `mapping`. */
const withMapping = (mapping) => async (stage) => {
  stage.fake.arrive();
  stage.fake.choose(all);
  stage.connect({ mapping: { analytics: mapping(stage.fake) } });
  await stage.page.pass(minuteMs);
  noAnalytics(stage);
};

/** Has something happen to a platform that granted everything. */
const afterGrant = (happen) => async (stage) => {
  stage.connect();
  stage.fake.arrive();
  stage.fake.choose(all);
  await stage.page.pass(1000);
  assert.deepEqual(stage.consent.granted, ['functional', 'analytics', 'marketing'], 'granted before');
  happen(stage.fake);
  await stage.page.pass(minuteMs);
  nothing(stage);
};

export const cases = [
  {
    name: 'it never arrives',
    async run(stage) {
      stage.connect();
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  {
    name: 'only what stands in for it before its script runs is there',
    needs: 'stub',
    async run(stage) {
      stage.fake.stub();
      stage.connect();
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  {
    name: 'the person has not chosen',
    async run(stage) {
      stage.connect();
      stage.fake.arrive();
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  {
    name: 'the person only looks',
    needs: 'show',
    async run(stage) {
      stage.fake.arrive();
      stage.connect();
      stage.fake.show();
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  {
    name: 'it throws when it is asked first',
    async run(stage) {
      stage.fake.arrive();
      stage.fake.choose(all);
      stage.fake.break();
      stage.connect();
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  { name: 'it throws after a grant', run: afterGrant((fake) => fake.break()) },
  {
    name: 'it is in its error state',
    needs: 'fail',
    async run(stage) {
      stage.fake.arrive();
      stage.fake.choose(all);
      stage.fake.fail();
      stage.connect();
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  { name: 'it gets into its error state after a grant', needs: 'fail', run: afterGrant((fake) => fake.fail()) },
  { name: 'it is no longer ready after a grant', needs: 'pause', run: afterGrant((fake) => fake.pause()) },
  {
    name: 'all holds without a choice of the person',
    needs: 'imply',
    async run(stage) {
      stage.connect();
      stage.fake.arrive();
      stage.fake.imply();
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  {
    name: 'what it says is like a yes, but none',
    async run(stage) {
      stage.connect();
      stage.fake.arrive();
      stage.fake.mumble();
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  { name: 'the mapping names a category that it does not have', run: withMapping((fake) => [fake.strange]) },
  {
    name: 'the mapping names one category that it has and one that it does not',
    run: withMapping((fake) => [...fake.categories.analytics, fake.strange]),
  },
  { name: 'the mapping names nothing', run: withMapping(() => []) },
  { name: 'the mapping is neither a category nor a list', run: withMapping(() => ({})) },
  { name: 'the mapping is undefined', run: withMapping(() => undefined) },
  ...['constructor', '__proto__', 'toString', ''].map((name) => ({
    name: `the mapping names "${name}"`,
    run: withMapping(() => [name]),
  })),
  {
    name: 'one of two categories is refused',
    async run(stage) {
      const { analytics, marketing } = stage.fake.categories;
      stage.connect({ mapping: { analytics: [...analytics, ...marketing] } });
      stage.fake.arrive();
      stage.fake.choose({ ...all, marketing: false });
      await stage.page.pass(minuteMs);
      noAnalytics(stage);
    },
  },
  {
    name: 'the person refuses',
    async run(stage) {
      stage.connect();
      stage.fake.arrive();
      stage.fake.choose(none);
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  { name: 'the person withdraws', run: afterGrant((fake) => fake.choose(none)) },
  {
    name: 'it was disconnected before the choice',
    async run(stage) {
      const detach = stage.connect();
      stage.fake.arrive();
      detach();
      stage.fake.choose(all);
      await stage.page.pass(minuteMs);
      nothing(stage);
    },
  },
  {
    name: 'there is no page',
    async run(stage) {
      stage.fake.arrive();
      stage.fake.choose(all);
      const page = globalThis.window;
      delete globalThis.window;
      stage.connect();
      globalThis.window = page;
      nothing(stage);
    },
  },
];

/** An adapter as it must not be. */
function connectOpen(consent) {
  consent.report('cmp:open');
  consent.report('cmp:open', { functional: 'granted', analytics: 'granted', marketing: 'granted' });
  return () => {};
}

/** The cases that the fake can get into. */
export const casesOf = (Fake) => cases.filter(({ needs }) => !needs || Fake.prototype[needs]);

export function testFailClosed(Fake) {
  for (const { name, run } of casesOf(Fake)) {
    test(`nothing is granted when ${name}`, onPage(Fake, run));
    test(`an adapter that always grants fails when ${name}`, () =>
      assert.rejects(onPage(Fake, run, connectOpen)(), assert.AssertionError));
  }
}
