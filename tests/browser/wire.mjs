// The wire between browser and collector: passes every request on, writes down what it sees, and can do harm on demand.

import http from 'node:http';
import { unpacked } from '../js/body.mjs';
import { helloHost } from './tls_hello.mjs';

/**
 * Opens the wire to the collector at `origin` on a free port.
 * `faults(request, log)` may return undefined to pass the request on, `{ status, headers, body }` to answer in the
 * collector's place, `'reset'` to break the connection, or `'lose_answer'`: the collector gets the request, the browser
 * never hears of it.
 * `log` holds one entry for every request: when it came (`atMs`), method, path, host, body (unpacked, of `size` bytes on the wire); and `kind`: `request`, `upgrade` (a WebSocket), or
 * `not_http` (anything else that opens a connection and speaks; `host` is that of a TLS greeting).
 */
export async function openWire(origin, faults = () => undefined) {
  const target = new URL(origin);
  const log = [];
  const sockets = new Set();
  // A connection of its own for each request, so that none meets one that the collector is just closing.
  const agent = new http.Agent({ keepAlive: false });

  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const { method, url: path } = request;
      // What is said, not how it is packed, so that a search finds it.
      const entry = { kind: 'request', atMs: Date.now(), method, path, host: request.headers.host, size: bytes.length };
      entry.body = unpacked(bytes);
      const fault = faults(entry, log);
      log.push(entry);
      if (fault === 'reset') return request.socket.destroy();
      if (fault?.status) {
        response.writeHead(fault.status, { 'access-control-allow-origin': '*', ...fault.headers });
        response.end(fault.body ?? '');
        return;
      }
      const forward = http.request(
        {
          agent,
          host: target.hostname,
          port: target.port,
          method: request.method,
          path: request.url,
          headers: { ...request.headers, connection: 'close' },
        },
        (answer) => {
          if (fault === 'lose_answer') {
            answer.resume();
            answer.on('end', () => request.socket.destroy());
            return;
          }
          entry.status = answer.statusCode;
          const { connection, ...headers } = answer.headers; // it is between the wire and the collector
          response.writeHead(answer.statusCode, headers);
          answer.pipe(response);
        },
      );
      forward.on('error', () => response.destroy());
      response.on('close', () => forward.destroy());
      forward.end(bytes);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket) => {
    log.push({
      kind: 'upgrade',
      atMs: Date.now(),
      method: request.method,
      path: request.url,
      host: request.headers.host,
    });
    socket.destroy();
  });
  server.on('clientError', (error, socket) => {
    if (error.rawPacket?.length)
      log.push({ kind: 'not_http', atMs: Date.now(), method: '', path: '', host: helloHost(error.rawPacket) });
    socket.destroy();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();

  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    log,
    /** The batches that went to the collector since entry `from` of the log. */
    batches: (from = 0) =>
      log.slice(from).filter(({ method, path }) => method === 'POST' && path.startsWith('/api/analytics')),
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
