// Durable events per second through HTTP, as a ratio to bare SQLite inserts of the same rows in the same run.
//   node tests/bench/collector_bench.mjs [--json]
// WAYMARK_BIN and WAYMARK_BARE_INSERTS name the programs; by default those of the release build.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const collector = resolve(process.env.WAYMARK_BIN ?? join(root, 'build/release/native/cli/waymark'));
const bareInserts = resolve(
  process.env.WAYMARK_BARE_INSERTS ?? join(root, 'build/release/tests/bench/collector_bench'),
);
const runs = 5;
const connections = 16;
const batches = 600;
const eventsInBatch = 100;

function makeRequests() {
  return Array.from({ length: batches }, (_, batch) => {
    const instance = batch.toString(16).padStart(32, '0');
    const events = Array.from({ length: eventsInBatch }, (_, at) => ({
      event_name: 'checkout_completed',
      sequence: at + 1,
      timestamp: new Date(1700000000000 + batch * 1000 + at).toISOString(),
      properties: {
        order_id: `ord_${batch}_${at}`,
        order_value: 149.99,
        currency: 'EUR',
        items: 3,
        coupon: null,
        member: true,
        step: 'payment',
        method: 'invoice',
      },
    }));
    const body = JSON.stringify({
      write_key: 'demo',
      instance_id: instance,
      sent_at: new Date().toISOString(),
      session_id: `session-${batch}`,
      anonymous_id: `device-${batch}`,
      consent: ['analytics'],
      plan_version: 3,
      events,
    });
    const head = `POST /api/analytics/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return Buffer.from(head + body);
  });
}

/** Sends all requests, one at a time on each connection; resolves when the last is acknowledged. */
function sendAll(port, requests) {
  let next = 0;
  const worker = () =>
    new Promise((done, fail) => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      const sendNext = () => (next < requests.length ? socket.write(requests[next++]) : (socket.end(), done()));
      let text = '';
      socket.on('connect', sendNext);
      socket.on('error', fail);
      socket.on('data', (chunk) => {
        text += chunk;
        if (!text.endsWith('}\n')) return;
        if (!text.includes(`"accepted":${eventsInBatch},"duplicate":0,"rejected":[]`)) return fail(new Error(text));
        text = '';
        sendNext();
      });
    });
  return Promise.all(Array.from({ length: connections }, worker));
}

async function measure(requests) {
  const directory = mkdtempSync(join(tmpdir(), 'waymark-bench-'));
  const child = spawn(
    collector,
    ['collect', '--listen', '127.0.0.1:0', '--data', directory, '--events-per-second', '100000000'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const port = await new Promise((done) =>
      child.stdout.on('data', (chunk) => done(Number(/:(\d+)\n/.exec(String(chunk))[1]))),
    );
    const began = performance.now();
    await sendAll(port, requests);
    const httpSeconds = (performance.now() - began) / 1000;
    child.kill('SIGTERM');
    await new Promise((done) => child.on('close', done));
    const bare = JSON.parse(execFileSync(bareInserts, [join(directory, 'events.db'), directory], { encoding: 'utf8' }));
    if (bare.rows !== batches * eventsInBatch)
      throw new Error(`${bare.rows} rows are stored of ${batches * eventsInBatch}`);
    return { http: bare.rows / httpSeconds, bare: bare.rows / bare.seconds };
  } finally {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

const requests = makeRequests();
const results = [];
for (let run = 0; run < runs; ++run) results.push(await measure(requests));
const ratios = results.map(({ http, bare }) => http / bare).sort((a, b) => a - b);
const median = ratios[Math.floor(runs / 2)];
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ ratio: median, runs: results }));
} else {
  for (const { http, bare } of results) {
    console.log(
      `durable through HTTP ${Math.round(http).toLocaleString('en')} events/s   bare inserts ${Math.round(bare).toLocaleString('en')} rows/s   ratio ${(http / bare).toFixed(2)}`,
    );
  }
  console.log(
    `collector: ${median.toFixed(2)} of bare SQLite inserts (median of ${runs}; ${connections} connections, batches of ${eventsInBatch})`,
  );
}
