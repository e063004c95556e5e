// The calling convention that the IAB's two APIs share: a function on the page, or messages to a frame above that has it.
// TCF: "CMP API v2", "Using postMessage()". GPP: "CMP API Specification" 1.1, the same section.
import { globals, type Mapping } from './connection.js';

/** Purposes of the TCF: 1 storage, 2 to 4 advertising, 5 and 6 personalised content, 7 and 8 measurement. */
export const TCF_PURPOSES: Mapping<number> = {
  functional: [1, 5, 6],
  analytics: [1, 8],
  marketing: [1, 2, 3, 4, 7],
};

export type Name = 'tcfapi' | 'gpp';
type Heard<Data> = (data: Data | null | undefined, success: boolean) => void;
type Call<Data> = (command: string, heard: Heard<Data>, parameter?: number) => void;

/** How to call one API. */
export interface Iab<Data> {
  call: Call<Data>;
  /** Stops listening to messages. */
  close?: () => void;
}

interface Message {
  source: unknown;
  data?: Record<string, { callId?: unknown; returnValue: never; success: boolean } | undefined> | null;
}

/** The nearest window above that has a frame of this name. */
function locate(name: string): Window | undefined {
  for (let frame: Window = window; frame !== frame.parent;) {
    frame = frame.parent;
    try {
      if ((frame.frames as unknown as Record<string, unknown>)[name]) return frame;
    } catch {
      // A frame of another origin that has no such child says so by throwing.
    }
  }
  return undefined;
}

/** The API `__name` on this page or in a frame above; undefined when there is none yet. */
export function findIab<Data>(name: Name, version: number | string): Iab<Data> | undefined {
  const global = `__${name}`;
  if (typeof globals<Record<string, unknown>>()[global] === 'function') {
    return {
      call: (command, heard, parameter) =>
        globals<Record<string, (...values: unknown[]) => void>>()[global]?.(
          command,
          ...(name === 'gpp' ? [heard, parameter, version] : [version, heard, parameter]),
        ),
    };
  }
  const frame = locate(`${global}Locator`);
  if (!frame) return undefined;
  const id = `${Math.random()}`;
  const waiting: Heard<Data>[] = [];
  const onMessage = (event: unknown) => {
    const { source, data } = event as Message;
    const answer = source === frame && data?.[`${global}Return`];
    if (answer) waiting.find((_, index) => answer.callId === id + index)?.(answer.returnValue, answer.success);
  };
  window.addEventListener('message', onMessage);
  return {
    call(command, heard, parameter) {
      const callId = id + (waiting.push(heard) - 1);
      frame.postMessage({ [`${global}Call`]: { command, parameter, version, callId } }, '*');
    },
    close: () => window.removeEventListener('message', onMessage),
  };
}

/** Has `heard` called with every event. Returns what ends that; a first event that comes later takes itself off. */
export function listen<Data extends { listenerId?: number }>(iab: Iab<Data>, heard: Heard<Data>): () => void {
  let listenerId: number | undefined;
  let isOver = false;
  const remove = () => {
    if (listenerId !== undefined) iab.call('removeEventListener', () => {}, listenerId);
  };
  iab.call('addEventListener', (data, success) => {
    listenerId = data?.listenerId ?? listenerId;
    if (isOver) remove();
    else heard(data, success);
  });
  return () => {
    isOver = true;
    remove();
    iab.close?.();
  };
}
