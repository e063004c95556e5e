// Starts the real collector on a free port and talks to it over HTTP.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = resolve(process.env.WAYMARK_BIN ?? join(root, 'build/release/native/cli/waymark'));

export function makeDirectory(test) {
  const path = mkdtempSync(join(tmpdir(), 'waymark-collector-'));
  test?.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs the command to its end. */
export function run(args) {
  return new Promise((done, fail) => {
    const child = spawn(binary, args);
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => (out[name] += chunk));
    child.on('error', fail);
    child.on('close', (status, signal) => done({ ...out, status, signal }));
  });
}

/** A running collector; stopped when the test ends. `data` names a directory to keep across restarts. */
export async function startCollector(test, { args = [], data, listen = '127.0.0.1:0' } = {}) {
  const directory = data ?? makeDirectory(test);
  const child = spawn(binary, ['collect', '--listen', listen, '--data', directory, ...args]);
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise((done) => child.on('close', (status, signal) => done({ status, signal })));
  const url = await new Promise((done, fail) => {
    let stdout = '';
    child.on('error', fail);
    child.on('close', () => fail(new Error(`the collector ended before it listened: ${stderr}`)));
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      const line = /listening on (http:\/\/\S+)\n/.exec(stdout);
      if (line) done(line[1]);
    });
  });
  const kill = (signal) => (child.kill(signal), ended);
  test?.after(() => (child.exitCode === null && child.signalCode === null ? kill('SIGKILL') : undefined));
  return {
    url,
    data: directory,
    pid: child.pid,
    kill,
    ended,
    stderr: () => stderr,
    isAlive: () => child.exitCode === null && child.signalCode === null,
  };
}

/** POSTs a body (text, bytes, or a value that becomes JSON); returns the status and the answer's JSON. */
export async function post(url, body, { path = '/api/analytics/batch', headers = {} } = {}) {
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(url + path, {
    method: 'POST',
    body: raw,
    headers: { 'content-type': 'text/plain', ...headers },
  });
  return { status: response.status, headers: response.headers, answer: await response.json() };
}

/** All rows of a listing, in order, page by page. */
export async function list(url, { listing = 'events', key, limit = 10000 } = {}) {
  const rows = [];
  for (;;) {
    const after = rows.at(-1)?.seq ?? 0;
    const response = await fetch(`${url}/api/${listing}?after=${after}&limit=${limit}`, {
      headers: key ? { authorization: `Bearer ${key}` } : {},
    });
    if (response.status !== 200) throw new Error(`GET /api/${listing}: ${response.status} ${await response.text()}`);
    const lines = (await response.text()).split('\n').slice(0, -1);
    if (lines.length === 0) return rows;
    rows.push(...lines.map((line) => JSON.parse(line)));
  }
}

/** A batch of `count` good events with ids from `instance` and sequences from `first` on. */
export function makeBatch({ instance = 'f'.repeat(32), first = 1, count = 1, ...members } = {}) {
  const events = Array.from({ length: count }, (_, i) => ({
    event_name: 'thing_done',
    sequence: first + i,
    timestamp: new Date(1700000000000 + first + i).toISOString(),
    properties: { number: first + i, text: 'some words' },
  }));
  return { write_key: 'demo', instance_id: instance, sent_at: new Date().toISOString(), events, ...members };
}

/** The value of one metric line, 0 if it is not there. */
export async function metric(url, name) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line ? Number(line.slice(name.length + 1)) : 0;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
