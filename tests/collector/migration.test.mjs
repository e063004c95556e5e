// A store that an older version wrote is brought up to date when it is opened.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeDirectory, post, startCollector } from './collector_process.mjs';

test('a store of schema 1 keeps its rows and takes new ones', async (t) => {
  const data = makeDirectory(t);
  const first = await startCollector(t, { data });
  await post(first.url, { events: [{ event_name: 'thing_done' }, { properties: {} }] });
  await first.kill('SIGTERM');
  const file = join(data, 'events.db');
  execFileSync('sqlite3', [file, 'ALTER TABLE rejected DROP COLUMN rule; PRAGMA user_version=1;']);

  const second = await startCollector(t, { data });
  const { answer } = await post(second.url, { events: [{ event_name: '' }, { event_name: 'thing_done' }] });
  assert.equal(answer.accepted, 1);
  assert.equal((await list(second.url)).length, 2);
  assert.deepEqual(
    (await list(second.url, { listing: 'rejected' })).map(({ reason }) => reason),
    ['name_missing', 'name_missing'],
  );
  assert.equal(String(execFileSync('sqlite3', [file, 'PRAGMA user_version'])).trim(), '2');
});
