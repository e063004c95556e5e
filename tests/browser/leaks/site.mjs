// Serves pages from a table: what a test names, and nothing else.

import http from 'node:http';

const page = (body) => `<!doctype html><title>Page</title><link rel="icon" href="data:,"><body>${body}`;

/**
 * Serves `pages`, by their path `{ body, headers }`, and `/service_worker.js`; anything else is answered by 204. Resolves
 * with its origin, and with what was asked for, as `{ method, path }`.
 */
export async function serve(pages) {
  const log = [];
  const server = http.createServer((request, response) => {
    const path = request.url.split('?')[0];
    log.push({ method: request.method, path });
    const served = pages[path];
    if (served === undefined && path === '/service_worker.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' });
      return response.end("fetch('http://leak.example/service').catch(() => {})");
    }
    if (served === undefined) return response.writeHead(204).end();
    if (served.script !== undefined) {
      response.writeHead(200, { 'content-type': 'text/javascript' });
      return response.end(served.script);
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...served.headers });
    response.end(page(served.body));
  });
  server.on('upgrade', (request, socket) => {
    log.push({ method: 'UPGRADE', path: request.url });
    socket.destroy();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    log,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
