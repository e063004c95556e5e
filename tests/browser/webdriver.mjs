// A client of WebDriver (W3C, https://www.w3.org/TR/webdriver2/): as much of it as the tests use.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const startTimeoutMs = 10_000;
const scriptTimeoutMs = 15_000; // one that a navigation swallows never answers

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts the driver `program` and one session with `capabilities`. `pid` is the driver's; the browser is under it. Its
 * output is in the message of the error with which this fails.
 */
export async function openSession(program, capabilities, env) {
  const port = await freePort();
  const driver = spawn(program, [`--port=${port}`], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  for (const stream of [driver.stdout, driver.stderr]) stream.on('data', (bytes) => (output += bytes));
  let ended;
  driver.once('exit', (code, signal) => (ended = `ended with ${code ?? signal}`));
  driver.once('error', (error) => (ended = error.message));

  /** One command. Fails with what the driver says. */
  async function command(method, path, body) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
      headers: { 'content-type': 'application/json' },
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  async function start() {
    const deadlineMs = Date.now() + startTimeoutMs;
    while (!(await command('GET', '/status').catch(() => undefined))?.ready) {
      if (ended || Date.now() > deadlineMs) throw new Error(`${program} ${ended ?? 'is not ready'}: ${output}`);
      await sleep(30);
    }
    const { sessionId } = await command('POST', '/session', { capabilities: { alwaysMatch: capabilities } });
    return `/session/${sessionId}`;
  }
  const session = await start().catch((error) => {
    driver.kill('SIGKILL');
    throw error;
  });
  await command('POST', `${session}/timeouts`, { script: scriptTimeoutMs });

  const firstWindow = await command('GET', `${session}/window`);

  let turn = Promise.resolve();
  return {
    pid: driver.pid,
    firstWindow,
    /** Runs commands in one window: those of two windows do not mix, since a session has one window at a time. */
    inWindow(handle, run) {
      const mine = turn.then(async () => {
        await command('POST', `${session}/window`, { handle });
        return run((method, path, body) => command(method, session + path, body));
      });
      turn = mine.catch(() => {});
      return mine;
    },
    /** Ends the session, and so the browser, and the driver. */
    async end() {
      await command('DELETE', session).catch(() => {}); // the browser may have been killed
      driver.kill('SIGTERM');
    },
  };
}
