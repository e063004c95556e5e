// Starts durable_program (durable_program.cpp), without what the environment says about telemetry or CI.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const build = resolve(root, process.env.WAYMARK_CLIENT_BUILD ?? 'build/release');
const program = join(build, 'tests/client/durable_program');
export const hangingNames = join(build, 'tests/client/libhanging_names.so');
export const hangingDisk = join(build, 'tests/client/libhanging_disk.so');

export function makeDirectory(test) {
  const path = mkdtempSync(join(tmpdir(), 'waymark-durable-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A running program; `ended` resolves to its status, signal and what it printed, and when (ms, monotonic). */
export function startDurable(test, args, variables = {}) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...variables };
  const child = spawn(program, args.map(String), { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  let saidAt = 0;
  child.stdout.on('data', (chunk) => {
    said += chunk;
    saidAt = performance.now();
  });
  const ended = new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status, signal) => done({ status, signal, said, saidAt, endedAt: performance.now() }));
  });
  test.after(() => (child.exitCode === null && child.signalCode === null ? child.kill('SIGKILL') : undefined));
  return { ended, kill: () => (child.kill('SIGKILL'), ended) };
}
