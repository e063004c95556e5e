// The two programs that know `waymark plan` and `waymark validate`: the native command, and the same compiled for Node.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const native = resolve(process.env.WAYMARK_BIN ?? join(root, 'build/release/native/cli/waymark'));
const script = resolve(process.env.WAYMARK_PLAN_CLI ?? join(root, 'js/dist/plan-cli.cjs'));

/** Runs a program to its end; `input` is text, bytes, or a list of them that is written piece by piece. */
function start(command, args, input = '') {
  return new Promise((done, fail) => {
    const child = spawn(command, args);
    const out = { stdout: [], stderr: [] };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => out[name].push(chunk));
    child.on('error', fail);
    child.stdin.on('error', () => {}); // the program may end before it has read all
    child.on('close', (status, signal) => {
      const [bytes, stderr] = [Buffer.concat(out.stdout), String(Buffer.concat(out.stderr))];
      done({ status, signal, bytes, stdout: String(bytes), stderr });
    });
    for (const part of [input].flat()) child.stdin.write(part);
    child.stdin.end();
  });
}

export const bothPrograms = [
  { name: 'native', command: native, head: [] },
  { name: 'node', command: process.execPath, head: [script] },
].map((program) => ({ ...program, run: (args, input) => start(program.command, [...program.head, ...args], input) }));

// The short tests run all with the native one alone, and compare the other with it (node_program.test.mjs).
const chosen = (process.env.WAYMARK_PROGRAMS ?? 'native,node').split(',');
export const programs = bothPrograms.filter(({ name }) => chosen.includes(name));

/** A folder that goes when the test ends; `files` are written into it, JSON if they are no text. */
export function makeFolder(test, files = {}) {
  const path = mkdtempSync(join(tmpdir(), 'waymark-plan-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, value] of Object.entries(files)) {
    const raw = typeof value === 'string' || value instanceof Uint8Array;
    writeFileSync(join(path, name), raw ? value : JSON.stringify(value, null, 2));
  }
  return path;
}

/** Does `work` for each item, four at a time. */
export async function forEach(items, work) {
  const waiting = [...items].values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

/** The lines of a text that ends in a newline, or of none. */
export const linesOf = (text) => text.split('\n').slice(0, -1);

/** A plan that nothing is to be said against. */
export const orderPlan = (change = {}) => ({
  name: 'shop',
  version: 3,
  events: {
    order_placed: {
      description: 'An order was paid.',
      owner: 'team-orders',
      properties: {
        type: 'object',
        properties: {
          order_id: { type: 'string', pattern: '^ord_[0-9]+$', description: 'The number of the order' },
          order_value: { type: 'number', minimum: 0, multipleOf: 0.01, description: 'In EUR' },
          destination: { $ref: '#/$defs/place' },
        },
        required: ['order_id'],
        additionalProperties: false,
      },
    },
  },
  $defs: {
    place: {
      type: 'object',
      description: 'Where it is sent',
      properties: { town: { type: 'string', description: 'The town' } },
    },
  },
  ...change,
});
