// The other end for one visit of one tracker: serves its bundle and a page, takes its events in as its own service
// does, and counts them.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { answerOf, readEvents } from './formats.mjs';

const page = (name) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script type="module">
  import { start } from '/bundles/${name}/entry.js';
  const consent = new URLSearchParams(location.search).get('consent');
  try { window.tracker = await start(location.origin + '/events', consent); }
  catch (error) { window.failure = String(error); }
  window.isReady = true;
</script>`;

// Says that packed bodies are understood; without it they come as text, ten times the size.
const posthogConfig = JSON.stringify({ supportedCompression: ['gzip', 'gzip-js'], hasFeatureFlags: false });

/**
 * Starts a server for tracker `name`, whose bundle is in `directory`/`name`. `seen` counts what came so far: requests
 * and bytes of their bodies, for each order the ids of the events that came with it, and the first body that could not be
 * read, as text.
 */
export async function startSink(name, directory) {
  const seen = { requests: 0, bytes: 0, arrivals: new Map(), unread: '' };
  const take = (bytes) => {
    seen.requests += 1;
    seen.bytes += bytes.length;
    try {
      const events = readEvents(name, bytes);
      for (const { order, id } of events) seen.arrivals.set(order, [...(seen.arrivals.get(order) ?? []), id]);
      return answerOf(name, events.length);
    } catch (error) {
      seen.unread ||= `${error.message}: ${bytes.subarray(0, 60).toString()}`;
      return answerOf(name, 0);
    }
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (request.method === 'POST') {
      const chunks = [];
      request.on('data', (bytes) => chunks.push(bytes));
      // A request that is cut off is not taken in, as no server would.
      request.on('end', () => response.end(take(Buffer.concat(chunks))));
    } else if (pathname.startsWith('/bundles/')) {
      response.setHeader('content-type', 'text/javascript');
      response.end(readFileSync(join(directory, pathname.slice('/bundles/'.length))));
    } else if (pathname === '/page') {
      response.setHeader('content-type', 'text/html').end(page(name));
    } else if (pathname === '/away') {
      response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">away');
    } else if (/\/array\/[^/]+\/config$/.test(pathname)) {
      response.setHeader('content-type', 'application/json').end(posthogConfig);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => (server.close(), server.closeAllConnections());
  return { seen, origin: `http://127.0.0.1:${server.address().port}`, close };
}
