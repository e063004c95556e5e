// A directory with generated code in it, the tools to check it, and a small server to send to.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, '../../..');

/**
 * A directory with the generated code of a plan (`shop/python`) and files of cases/. golden_test.cpp proves that the
 * files are what the generator writes.
 */
export function makeWorkspace(test, generated, cases = []) {
  const directory = mkdtempSync(join(tmpdir(), 'waymark-generate-'));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  const golden = join(here, 'golden', generated);
  for (const file of readdirSync(golden)) cpSync(join(golden, file), join(directory, file.replace(/\.golden$/, '')));
  for (const [from, to] of Object.entries(cases)) cpSync(join(here, 'cases', from), join(directory, to));
  return directory;
}

/** The values of DO_NOT_TRACK that switch off, or those that do not: the same as in the client library. */
export const doNotTrackValues = (isOptOut) =>
  JSON.parse(readFileSync(join(root, 'tests/vectors/consent/opt_outs.json'), 'utf8'))
    .values.filter(({ value, is_opt_out }) => value !== null && is_opt_out === isOptOut)
    .map(({ value }) => value);

// None of what says that nothing is to be sent, wherever the tests are run.
const quietVariables =
  /^(CI|DO_NOT_TRACK|.*_TELEMETRY|CONTINUOUS_INTEGRATION|BUILD_.*|RUN_ID|GITHUB_.*|GITLAB_.*|.*_CI|JENKINS.*|NETLIFY|RENDER|VERCEL|TRAVIS|TASK_ID|XCS)$/;
export const plainEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !quietVariables.test(name)),
);

/** Runs a command to its end: status, stdout, stderr, ms. */
export function run(command, args, { cwd, env = {}, input } = {}) {
  return new Promise((done, fail) => {
    const began = performance.now();
    const child = spawn(command, args, { cwd, env: { ...plainEnvironment, ...env } });
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => (out[name] += chunk));
    child.on('error', (problem) => fail(new Error(`${command} cannot be run; ./dev installs it: ${problem.message}`)));
    child.on('close', (status) => done({ ...out, status, ms: performance.now() - began }));
    child.stdin.end(input);
  });
}

/** Answers every request with `status`; keeps what was asked. */
export async function startServer(test, answer = () => ({ status: 200, body: '{"accepted":1}' })) {
  const requests = [];
  const waiting = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      requests.push({ method: request.method, url: request.url, headers: request.headers, body });
      for (const wake of waiting.splice(0)) wake();
      const { status, body: text = '', headers = {}, never } = answer(requests.length);
      if (never) return;
      response.writeHead(status, headers);
      response.end(text);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const close = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  test.after(close);
  /** Resolves when `count` requests have come, or after `ms`. */
  const received = async (count, ms = 5000) => {
    const deadline = performance.now() + ms;
    while (requests.length < count && performance.now() < deadline) {
      await new Promise((done) => {
        const timer = setTimeout(done, deadline - performance.now());
        waiting.push(() => (clearTimeout(timer), done()));
      });
    }
    return requests;
  };
  return { url: `http://127.0.0.1:${server.address().port}`, requests, received, close };
}

/** Marked lines of a file: [line number from 1, what stands behind the mark]. */
export const markedLines = (text, mark) =>
  text.split('\n').flatMap((line, index) => (line.includes(mark) ? [[index + 1, line.split(mark)[1].trim()]] : []));
