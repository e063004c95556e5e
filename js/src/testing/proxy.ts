// The proxy through which all traffic of one visit passes: it writes down every host that is connected to, whether or
// not a request follows, and passes on what it is told to.

import http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { maxValueLength } from './effects.js';

/** What becomes of traffic to hosts that are not the page's own. */
export type Others = 'forward' | 'refuse';

export interface Exchange {
  /** A request in the clear; a tunnel, whose content is not seen; a WebSocket in the clear. */
  readonly kind: 'request' | 'tunnel' | 'websocket';
  readonly method: string;
  /** Of a tunnel `host:port`. */
  readonly url: string;
  /** The body of a request, at most 64 KiB. */
  readonly body: string;
  /** Why the host could not be reached, if it could not. */
  readonly failure?: string;
}

export interface RecordingProxy {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  close(): Promise<void>;
}

const unreachable = 502;
const refused = 403;
const reasonHeader = 'x-waymark-privacy-check';

/** Opens the proxy on a free port. `isOwn(host)` says whose traffic passes in any case; host may have a port. */
export async function openProxy(
  others: Others,
  isOwn: (host: string) => boolean,
  record: (exchange: Exchange) => void,
): Promise<RecordingProxy> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // either end may leave at any time
  };
  // A connection of its own for each request, so that none meets one that its server is just closing.
  const agent = new http.Agent({ keepAlive: false });
  const passes = (host: string) => others === 'forward' || isOwn(host);

  const server = http.createServer((request, response) => {
    const { method = 'GET', url = '' } = request;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => response.destroy());
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const entry = { kind: 'request', method, url, body: bytes.toString('utf8').slice(0, maxValueLength) } as const;
      const target = URL.canParse(url) ? new URL(url) : undefined;
      const answer = (status: number, reason: string) =>
        response.writeHead(status, { [reasonHeader]: reason, 'access-control-allow-origin': '*' }).end();
      if (target?.protocol !== 'http:' || !passes(target.host)) {
        record(entry);
        return answer(refused, 'refused');
      }
      const { 'proxy-connection': _, ...headers } = request.headers;
      const forward = http.request(
        target,
        { agent, method, headers: { ...headers, connection: 'close' }, setHost: false },
        (got) => {
          record(entry);
          const { connection: __, ...rest } = got.headers; // it is between the proxy and the server
          response.writeHead(got.statusCode ?? unreachable, rest);
          got.pipe(response);
        },
      );
      forward.on('error', (error) => {
        record({ ...entry, failure: error.message });
        if (response.headersSent) response.destroy();
        else answer(unreachable, 'unreachable');
      });
      response.on('close', () => forward.destroy());
      forward.end(bytes);
    });
  });
  server.on('connection', track);
  server.on('clientError', (_, socket) => socket.destroy());

  server.on('connect', (request: http.IncomingMessage, client: Socket) => {
    const host = request.url ?? '';
    const [, name = '', port = '443'] = /^\[?(.*?)\]?:(\d+)$/.exec(host) ?? [];
    const tunnel = { kind: 'tunnel', method: 'CONNECT', url: host, body: '' } as const;
    // The first bytes tell a WebSocket in the clear, which is a GET, from TLS.
    client.once('data', (bytes: Buffer) => {
      const path = /^GET (\S+) HTTP\/1\.1\r\n/.exec(bytes.toString('latin1', 0, 4096))?.[1];
      if (path) record({ kind: 'websocket', method: 'GET', url: `ws://${host.replace(/:80$/, '')}${path}`, body: '' });
    });
    if (!passes(host)) {
      record(tunnel);
      client.end(`HTTP/1.1 ${refused} Refused\r\n${reasonHeader}: refused\r\n\r\n`);
      return;
    }
    const remote = connect(Number(port), name);
    track(remote);
    let reached = false;
    remote.once('connect', () => {
      reached = true;
      record(tunnel);
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      client.pipe(remote).pipe(client);
    });
    remote.on('error', (error) => {
      if (reached) return client.destroy();
      record({ ...tunnel, failure: error.message });
      client.end(`HTTP/1.1 ${unreachable} Unreachable\r\n${reasonHeader}: unreachable\r\n\r\n`);
    });
    remote.on('close', () => client.destroy());
    client.on('close', () => remote.destroy());
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
