// The end of a program is delayed by `exit_deadline` at most, whatever the collector or the network do.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { hangingDisk, hangingNames, makeDirectory, startDurable } from './durable_process.mjs';

// A thread that is in the middle of a write, and a machine with other things to do.
const slack = 60;

async function listen(t, onConnection) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

async function closedPort(t) {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${port}`;
}

/**
 * The quickest of three ends: what telemetry takes, and what the program takes after it said so. `isKept` is whether what
 * was not sent is on disk then.
 */
async function endOf(t, endpoint, deadline, variables, isKept = true) {
  let best = { telemetry: Infinity, program: Infinity };
  let kept = 0;
  for (let attempt = 0; attempt < 3; attempt++) {
    const directory = makeDirectory(t);
    const end = await startDurable(t, ['leave', endpoint, directory, deadline], variables).ended;
    assert.equal(end.status, 0, 'it ends as it would without telemetry');
    const queue = join(directory, 'queue');
    const files = existsSync(queue) ? readdirSync(queue).map((name) => readFileSync(join(queue, name))) : [];
    kept = Math.max(kept, files.filter((bytes) => bytes.includes('thing_done')).length);
    best = {
      telemetry: Math.min(best.telemetry, Number(end.said)),
      program: Math.min(best.program, end.endedAt - end.saidAt),
    };
  }
  t.diagnostic(`${best.telemetry.toFixed(1)} ms, and the program ${best.program.toFixed(1)} ms later`);
  assert.equal(kept, isKept ? 1 : 0, `what was not sent is ${isKept ? '' : 'not '}on disk`);
  return best;
}

for (const deadline of [0, 100, 400]) {
  const isInTime = ({ telemetry, program }) => {
    assert.ok(telemetry <= deadline + slack, `telemetry took ${telemetry} ms`);
    assert.ok(program <= slack, `the program took ${program} ms more`);
  };

  test(`a collector that never answers delays no exit beyond ${deadline} ms`, async (t) => {
    const end = await endOf(t, await listen(t, (socket) => socket.resume()), deadline);
    isInTime(end);
    // It did wait for an answer, as long as it may.
    assert.ok(end.telemetry >= deadline * 0.9, `telemetry took ${end.telemetry} ms`);
  });

  test(`a collector that refuses connections delays no exit beyond ${deadline} ms`, async (t) => {
    isInTime(await endOf(t, await closedPort(t), deadline));
  });

  test(`a name server that never answers delays no exit beyond ${deadline} ms`, async (t) => {
    isInTime(await endOf(t, 'https://collect.example.com', deadline, { LD_PRELOAD: hangingNames }));
  });

  test(`a disk that never answers delays no exit beyond ${deadline} ms`, async (t) => {
    const end = await endOf(t, await closedPort(t), deadline, { LD_PRELOAD: hangingDisk }, false);
    isInTime(end);
    assert.ok(end.telemetry >= deadline * 0.9, `telemetry took ${end.telemetry} ms, so the disk did answer`);
  });
}
