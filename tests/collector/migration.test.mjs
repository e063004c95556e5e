// A store that an older version wrote is brought up to date when it is opened.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeDirectory, post, startCollector } from './collector_process.mjs';

const newest = '5';
// What makes a file of each version one of the version before.
const back = {
  4: 'DROP TABLE symbols; DROP INDEX events_crashes; DROP INDEX events_session_ends; PRAGMA user_version=4;',
  3:
    'DROP INDEX events_anonymous_id; DROP TABLE erased; DROP TABLE receipts; ALTER TABLE events DROP COLUMN write_key;' +
    ' ALTER TABLE events DROP COLUMN visitor_key; PRAGMA user_version=3;',
  2: 'ALTER TABLE events DROP COLUMN plan_violation; PRAGMA user_version=2;',
  1: 'ALTER TABLE rejected DROP COLUMN rule; PRAGMA user_version=1;',
};

for (const version of [4, 3, 2, 1]) {
  test(`a store of schema ${version} keeps its rows and takes new ones`, async (t) => {
    const data = makeDirectory(t);
    const first = await startCollector(t, { data });
    const anonymous_id = 'a0c0a4e8-8f5c-45de-a6da-bb25ebf1f851';
    await post(first.url, {
      write_key: 'demo',
      events: [{ event_name: 'thing_done', anonymous_id }, { properties: {} }],
    });
    await first.kill('SIGTERM');
    const file = join(data, 'events.db');
    // SQLite does not drop a column that a view may show.
    const view = String(execFileSync('sqlite3', [file, "SELECT sql FROM sqlite_master WHERE name='events_corrected'"]));
    const older = Object.keys(back)
      .filter((to) => to >= version)
      .sort()
      .reverse();
    const steps = older.map((to) => back[to]).join('');
    execFileSync('sqlite3', [file, `DROP VIEW events_corrected; ${steps} ${view};`]);

    const plan = join(makeDirectory(t), 'plan.json');
    writeFileSync(plan, JSON.stringify({ name: 'x', version: 1, mode: 'warn', events: { thing_done: {} } }));
    const second = await startCollector(t, { data, args: ['--plan', plan] });
    const { answer } = await post(second.url, {
      events: [{ event_name: '' }, { event_name: 'thing_done' }, { event_name: 'thing_dome' }],
    });
    assert.equal(answer.accepted, 2);
    assert.deepEqual(
      (await list(second.url)).map((event) => event.plan_violation?.reason),
      [undefined, undefined, 'unplanned_event'],
    );
    assert.deepEqual(
      (await list(second.url, { listing: 'rejected' })).map(({ reason }) => reason),
      ['name_missing', 'name_missing'],
    );
    // Events of before version 4 have no write key; whoever knows their id may have them erased.
    const erased = await post(second.url, { write_key: 'demo', anonymous_id }, { path: '/api/privacy/erasure' });
    assert.deepEqual(erased.answer, { erased: 1 });
    assert.equal(String(execFileSync('sqlite3', [file, 'PRAGMA user_version'])).trim(), newest);
    assert.equal(String(execFileSync('sqlite3', [file, 'SELECT count(*) FROM symbols'])).trim(), '0');
  });
}
