// Before the answer, and after a no, the shop with the tracker leaves the same traces as the shop without it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPrivacy, launchChromium } from '../../js/dist/testing.js';
import { assertRefusal } from './refusal.mjs';
import { asPage, browse } from './shop_visit.mjs';
import { setStage } from './stage.mjs';

// Long enough for what a script starts in its first idle moments. What would come later needs a timer, and a timer is seen.
const idleMs = 400;

// The browser fetches the page's icon when it likes, whatever the page does.
const isIcon = ({ effect, what }) => effect === 'request' && /^GET http:\/\/127\.0\.0\.1:\d+\/icon\.svg$/.test(what);
const named = (findings) =>
  findings
    .filter((finding) => !isIcon(finding))
    .map(({ stage, effect, what }) => `${stage} ${effect} ${what}`)
    .sort();

/** What the shop does with the tracker that it does not do without. */
async function compare(stage, { reload = () => {}, ...options } = {}) {
  let taken = 0;
  const report = await checkPrivacy({
    browser: stage.browser,
    url: stage.url(),
    baseline: stage.url('baseline/index.html'),
    idleMs,
    ...options,
    async steps(visitor) {
      await visitor.click('.brand');
      await visitor.waitFor('.grid .card');
      await browse(asPage(visitor));
      // Both places before an answer, then both after it.
      if (++taken > 2) await reload(visitor);
    },
  });
  assert.ok(taken >= 2, 'the shop was visited in both places');
  assert.deepEqual(report.notes, []);
  return report;
}

test('before the answer: only a look for an earlier answer', async (t) => {
  const stage = await setStage(t, { launch: () => launchChromium() });
  const { findings } = await compare(stage);
  assert.deepEqual(named(findings), ['before storage_read localStorage waymark:demo']);
  assert.deepEqual(await stage.events(), []);
});

test('after a no: one record of the refusal without an id, and silence, also after a reload', async (t) => {
  const stage = await setStage(t, { launch: () => launchChromium() });
  const records = [];
  const { findings } = await compare(stage, {
    withdraw: { click: '#banner-reject' },
    async reload(visitor) {
      const read = () => visitor.evaluate("localStorage.getItem('waymark:demo')");
      const record = await read();
      assert.ok(await visitor.reload());
      await visitor.waitFor('#add');
      const isAsked = await visitor.evaluate("document.querySelector('.banner')?.checkVisibility() ?? false");
      assert.equal(isAsked, record === null, 'the banner is not shown again');
      assert.equal(await read(), record);
      records.push(record);
    },
  });
  const [atBaseline, record] = records;
  assert.equal(atBaseline, null);
  assertRefusal(record);
  assert.deepEqual(named(findings), [
    'after storage localStorage waymark:demo',
    'after storage_read localStorage waymark:demo',
    'before storage_read localStorage waymark:demo',
    'remains storage localStorage waymark:demo',
  ]);
  assert.deepEqual(await stage.events(), []);
});

test('after a yes and its withdrawal: one record of the refusal, and no id anywhere', async (t) => {
  const stage = await setStage(t, { launch: () => launchChromium() });
  const { findings, idsFollowed } = await compare(stage, {
    accept: { click: '#banner-accept' },
    withdraw: {
      run: "document.querySelector('#privacy-choices').click(), document.querySelector('#banner-withdraw').click()",
    },
  });
  assert.ok((await stage.events()).length > 0, 'something was sent after the yes');
  assert.ok(idsFollowed > 0);
  assert.deepEqual(named(findings), [
    'after storage localStorage waymark:demo',
    'after storage_read localStorage waymark:demo',
    'before storage_read localStorage waymark:demo',
    'remains storage localStorage waymark:demo',
  ]);
});
