// Runs programs that use the client library, in an environment in which nothing but the person decides: no switch, no
// build server.
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const build = resolve(process.env.WAYMARK_BUILD ?? join(root, 'build/release'));

/** The environment of a person's own machine; `home` is where their files are. */
export function personalEnvironment(home, more = {}) {
  return { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', ...more };
}

/** Runs a program to its end, which is at most `timeout` ms away: then it is killed. */
export function runProgram(program, args, { env, cwd, timeout = 60_000 } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { env, cwd, timeout, killSignal: 'SIGKILL' });
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => (out[name] += chunk));
    child.on('error', fail);
    child.on('close', (status, signal) => done({ ...out, status, signal }));
  });
}
