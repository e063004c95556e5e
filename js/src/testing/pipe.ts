// The DevTools protocol over a pair of pipes, as `--remote-debugging-pipe` asks for: JSON messages, each ended by a NUL.

import type { Readable, Writable } from 'node:stream';

export type Params = Record<string, unknown>;

/** One end of the protocol: the browser itself, or a page, a frame or a worker in it. */
export interface Session {
  /** Empty for the browser itself. */
  readonly id: string;
  /** Calls `method`. Rejects with what the browser says is wrong, or that it is gone. */
  send<Result = Params>(method: string, params?: Params): Promise<Result>;
  /** Calls `listener` for each event `method` from now on, until the function that it returns is called. */
  on<Event = Params>(method: string, listener: (event: Event) => void): () => void;
}

export interface Protocol {
  readonly browser: Session;
  session(id: string): Session;
  /** Forgets the listeners of a session that has ended. */
  forget(id: string): void;
  /** Resolves when the browser has closed its end. */
  readonly closed: Promise<void>;
}

interface Message {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: Params;
  result?: Params;
  error?: { message: string };
}

interface Pending {
  method: string;
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** A message is refused beyond this: a heap or a body that large is no part of what is asked for. */
const maxMessageBytes = 256 * 1024 * 1024;

/** Speaks over `output` and `input`, the browser's file descriptors 3 and 4. */
export function openProtocol(output: Writable, input: Readable): Protocol {
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Map<string, ((event: never) => void)[]>>();
  let lastId = 0;
  let open = true;
  let parts: Buffer[] = [];
  let partBytes = 0;
  let end: () => void = () => {};
  const closed = new Promise<void>((resolve) => (end = resolve));

  function close(reason: string): void {
    if (!open) return;
    open = false;
    for (const { method, reject } of pending.values()) reject(new Error(`${method}: ${reason}`));
    pending.clear();
    end();
  }

  function receive(message: Message): void {
    if (message.id !== undefined) {
      const call = pending.get(message.id);
      pending.delete(message.id);
      if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
      else call?.resolve((message.result ?? {}) as never);
      return;
    }
    const called = listeners.get(message.sessionId ?? '')?.get(message.method ?? '') ?? [];
    for (const listener of [...called]) listener((message.params ?? {}) as never);
  }

  input.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, from)) {
      const text = Buffer.concat([...parts, chunk.subarray(from, at)]).toString('utf8');
      parts = [];
      partBytes = 0;
      from = at + 1;
      receive(JSON.parse(text) as Message);
    }
    if (from === chunk.length) return;
    parts.push(chunk.subarray(from));
    partBytes += chunk.length - from;
    if (partBytes > maxMessageBytes) {
      close(`the browser sent a message of more than ${maxMessageBytes} bytes`);
      input.destroy();
    }
  });
  input.on('close', () => close('the browser has ended'));
  input.on('error', (error) => close(error.message));
  output.on('error', (error) => close(error.message));

  const session = (id: string): Session => ({
    id,
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(new Error(`${method}: the browser has ended`));
        const call = ++lastId;
        pending.set(call, { method, resolve, reject });
        output.write(`${JSON.stringify({ id: call, method, params, ...(id === '' ? {} : { sessionId: id }) })}\0`);
      }),
    on(method, listener) {
      const methods = listeners.get(id) ?? new Map<string, ((event: never) => void)[]>();
      listeners.set(id, methods);
      methods.set(method, [...(methods.get(method) ?? []), listener]);
      return () =>
        void methods.set(
          method,
          (methods.get(method) ?? []).filter((each) => each !== listener),
        );
    },
  });
  return { browser: session(''), session, forget: (id) => void listeners.delete(id), closed };
}

const gone =
  /No frame|Cannot find (default execution )?context|context was destroyed|context with specified id|Session with given id not found|Target closed|[Nn]o node|not find node|navigated or closed|Invalid InterceptionId|No dialog is showing|the browser has ended/;

/** Nothing, if `error` says that the page, frame or node that was asked is there no more; else throws it again. */
export function noneIfGone(error: Error): never[] {
  if (gone.test(error.message)) return [];
  throw error;
}
