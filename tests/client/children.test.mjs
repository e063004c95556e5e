// What the program starts (fork and exec, posix_spawn) has no socket of telemetry's. Needs durable_program and
// hanging_names.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test from 'node:test';
import { hangingNames, makeDirectory, startDurable } from './durable_process.mjs';

async function socketsOf(t, endpoint, variables) {
  const { status, said } = await startDurable(t, ['start', endpoint, makeDirectory(t)], variables).ended;
  assert.equal(status, 0, said);
  const [before, child, own] = said.split('\n').map((line) => line.split(' ').filter(Boolean).sort());
  return { before, child, opened: own.filter((socket) => !before.includes(socket)).length };
}

test('no child has the connection to the collector, nor what wakes the worker', async (t) => {
  const sockets = new Set();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {}).resume()));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { before, child, opened } = await socketsOf(t, `http://127.0.0.1:${server.address().port}`);
  assert.deepEqual(child, before);
  assert.ok(opened >= 3, `only ${opened} sockets were opened`);
});

test('no child has what waits for a name to be looked up', async (t) => {
  const { before, child, opened } = await socketsOf(t, 'https://collect.example.com', { LD_PRELOAD: hangingNames });
  assert.deepEqual(child, before);
  assert.ok(opened >= 4, `only ${opened} sockets were opened`);
});
