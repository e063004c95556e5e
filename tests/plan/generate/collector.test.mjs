// What the generated code of each language sends, the collector takes, with the same meaning.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, startCollector } from '../../collector/collector_process.mjs';
import { here, makeWorkspace, run } from './workspace.mjs';

const eventId = '0192e6a4-0000-7000-8000-000000000000';
const timestamp = '2024-11-14T10:23:45.123Z';

/** How each language sends one event twice, with the same id. */
const senders = {
  async python(t, url) {
    const cwd = makeWorkspace(t, 'shop/python', {});
    const script = `import datetime, track
track.init(write_key="demo", endpoint="${url}", consent=["analytics"], app_version="1.2")
when = datetime.datetime(2024, 11, 14, 10, 23, 45, 123000, datetime.timezone.utc)
for _ in range(2):
    outcome = track.log_event("product_viewed", {"product_id": "é", "size": (1, 2.5)}, user_id="u",
                              anonymous_id="a", event_id="${eventId}", timestamp=when)
    assert outcome.verdict == "accepted", outcome
print(track.log_event("product_viewed", {"product_id": "x" * 40000}).verdict)`;
    return run('python3', ['-c', script], { cwd });
  },
  async node(t, url) {
    const cwd = makeWorkspace(t, 'shop/node', {});
    const script = `import { init, logEvent } from './track.mjs';
init({ writeKey: 'demo', endpoint: '${url}', consent: ['analytics'], appVersion: '1.2' });
const details = { userId: 'u', anonymousId: 'a', eventId: '${eventId}', timestamp: '${timestamp}' };
for (let i = 0; i < 2; ++i) {
  const { verdict } = await logEvent('product_viewed', { product_id: 'é', size: [1, 2.5] }, details);
  if (verdict !== 'accepted') throw new Error(verdict);
}
console.log((await logEvent('product_viewed', { product_id: 'x'.repeat(40000) })).verdict);`;
    return run('node', ['--input-type=module', '-e', script], { cwd });
  },
  async go(t, url) {
    const cwd = makeWorkspace(t, 'shop/go', {});
    mkdirSync(join(cwd, 'track'));
    renameSync(join(cwd, 'track.go'), join(cwd, 'track/track.go'));
    cpSync(join(here, 'cases/collect_go.go'), join(cwd, 'main.go'));
    writeFileSync(join(cwd, 'go.mod'), 'module example.com/app\n\ngo 1.18\n');
    return run('go', ['run', '.', url, eventId], { cwd, env: { GOPROXY: 'off', GOTOOLCHAIN: 'local' } });
  },
};

test('an event is stored once, and alike whatever language it came from', async (t) => {
  const stored = [];
  for (const [language, send] of Object.entries(senders)) {
    const { url } = await startCollector(t, { args: ['--write-key', 'demo', '--read-key', 'read'] });
    const { stdout, stderr, status } = await send(t, url);
    assert.deepEqual([stderr, status], ['', 0], language);
    assert.equal(stdout.trim(), 'invalid', `${language}: an event that is too large`);
    const [row, ...more] = await list(url, { key: 'read' });
    assert.deepEqual(more, []);
    assert.equal(row.sdk.name, `waymark-${language}`);
    stored.push(row);
  }
  for (const row of stored) {
    for (const name of ['sdk', 'received_at', 'corrected_at', 'seq']) delete row[name];
    assert.deepEqual(row, stored[0]);
  }
  assert.equal(stored.length, 3);
  const { event_name, event_id, user_id, properties, plan_version, consent } = stored[0];
  assert.deepEqual(
    { event_name, event_id, user_id, properties, plan_version, consent, timestamp: stored[0].timestamp },
    {
      event_name: 'product_viewed',
      event_id: eventId,
      user_id: 'u',
      properties: { product_id: 'é', size: [1, 2.5] },
      plan_version: 3,
      consent: ['analytics'],
      timestamp,
    },
  );
});

test('a key that the collector does not know fails', async (t) => {
  const { url } = await startCollector(t, { args: ['--write-key', 'other'] });
  const cwd = makeWorkspace(t, 'tiny/node', {});
  const script = `import { init, logEvent } from './track.mjs';
init({ writeKey: 'demo', endpoint: '${url}', consent: ['analytics'] });
const { verdict, reason } = await logEvent('note_written', { words: 1 });
console.log(verdict, reason);`;
  const { stdout } = await run('node', ['--input-type=module', '-e', script], { cwd });
  assert.match(stdout, /^failed HTTP 401: bad_write_key/);
});
