// The other end of a benchmark: serves track.js and pages, takes in batches, and counts their events and bytes.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { readBody } from '../js/body.mjs';

const script = new URL('../../js/dist/track.js', import.meta.url);

/** `pageAt(path)` gives the HTML of a page. Resolves with the counts so far, the origin, and the server to be closed. */
export async function startSink(pageAt) {
  const sink = { events: 0, bytes: 0 };
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      const chunks = [];
      request.on('data', (bytes) => chunks.push(bytes));
      request.on('end', () => {
        const bytes = Buffer.concat(chunks);
        sink.bytes += bytes.length;
        sink.events += readBody(bytes).events.length;
        response.end('{"accepted":1,"duplicate":0,"rejected":[]}');
      });
    } else if (request.url === '/track.js') {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(script));
    } else {
      // Isolated pages have a finer clock.
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
      response.setHeader('content-type', 'text/html').end(pageAt(request.url));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { sink, server, origin: `http://127.0.0.1:${server.address().port}` };
}
