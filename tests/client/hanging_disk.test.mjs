// Withdrawal on a disk that does not answer, and consent given anew: what is tracked from then on arrives, what was
// withdrawn does not. Needs durable_program and hanging_disk.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { hangingDisk, makeDirectory, startDurable } from './durable_process.mjs';

test('who agrees again while a withdrawal hangs is heard', async (t) => {
  const numbers = [];
  let isThere = false;
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    if (!isThere) return response.writeHead(503).end();
    const packed = request.headers['content-encoding'] === 'gzip';
    for (const event of JSON.parse(packed ? gunzipSync(body) : body).events) {
      if (event.event_name === 'thing_done') numbers.push(event.properties.number);
    }
    return response.end('{}');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const directory = makeDirectory(t);
  const sign = join(directory, 'sign');
  // A write hangs before anything is sent: so far the collector takes nothing either.
  const variables = { LD_PRELOAD: hangingDisk, HANGING_DISK_UNTIL: sign };
  const program = startDurable(t, ['again', `http://127.0.0.1:${server.address().port}`, directory, sign], variables);
  setTimeout(() => (isThere = true), 2000);
  const { status, said } = await program.ended;
  assert.equal(status, 0);
  assert.equal(said, 'done 0\n');
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    [2, 3],
  );
  const left = readdirSync(directory, { recursive: true });
  assert.deepEqual(
    left.filter((name) => name.endsWith('.journal')),
    [],
  );
});
