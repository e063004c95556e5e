// Puts the instruments into every page, frame and worker of one browser context before its first script runs.

import { maxValueLength, type Effect, type Sighting } from './effects.js';
import { bindingName, hooksSource, hooksUrl, type HookCall } from './page_hooks.js';
import { noneIfGone, type Protocol, type Session } from './pipe.js';
import { placeOfFrame, placeOfStack, type ProtocolStack } from './place.js';

interface TargetInfo {
  targetId: string;
  type: string;
  url: string;
  browserContextId?: string;
}

interface Attached {
  sessionId: string;
  targetInfo: TargetInfo;
  waitingForDebugger: boolean;
}

interface ExceptionDetails {
  url?: string;
  text: string;
  exception?: { description?: string };
  stackTrace?: ProtocolStack;
}

interface Detached {
  sessionId: string;
}

/** A page or a frame with a process of its own. */
export interface PageTarget {
  readonly targetId: string;
  readonly type: string;
  readonly session: Session;
  /** The main world of each of its frames, by the frame's id. */
  readonly contexts: Map<string, number>;
  /** The URL of each script, by its id. */
  readonly scripts: Map<string, string>;
}

export interface Targets {
  readonly pages: Map<string, PageTarget>;
  /** When the network last moved, in the milliseconds of Date.now. */
  lastTrafficMs(): number;
  /** The page is instrumented from here on. Rejects if that fails. */
  page(targetId: string): Promise<PageTarget>;
  /** Watches no more. */
  stop(): void;
}

/** The kinds of targets that are no part of a site. */
const filter = [...['browser_ui', 'browser', 'tab', 'other'].map((type) => ({ type, exclude: true })), {}];
/** How a browser and each target is told to announce what it opens. */
export const autoAttach = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter };

/** Instruments the context `contextId`; `warn` is told where that failed, `marked` of a call of
 * `mark()` in a page. Requests whose URL matches one of `blocked` (with `*` and `?`) are not made. */
export function watchTargets(
  protocol: Protocol,
  contextId: string,
  blocked: readonly string[],
  see: (sighting: Sighting) => void,
  warn: (note: string) => void,
  marked: () => void,
): Targets {
  const pages = new Map<string, PageTarget>();
  const seen = new Map<string, string>();
  const sessions: string[] = [];
  const ready = new Map<string, Promise<void>>();
  let trafficMs = Date.now();

  function watchNetwork(session: Session): void {
    interface Sent {
      type?: string;
      request: { method: string; url: string; postData?: string };
      initiator: { stack?: ProtocolStack; url?: string; lineNumber?: number };
    }
    session.on<Sent>('Network.requestWillBeSent', ({ type, request, initiator }) => {
      trafficMs = Date.now();
      if (!/^(https?|ftp):/.test(request.url)) return;
      if (blocked.some((glob) => matches(glob, request.url))) return;
      const where =
        placeOfStack(initiator.stack) ??
        (initiator.url ? { url: initiator.url, line: (initiator.lineNumber ?? 0) + 1, column: 1 } : undefined);
      see({
        effect: 'request',
        what: `${request.method} ${request.url.split('#')[0]}`,
        instrument: 'network',
        ...(where && { where }),
        ...(request.postData !== undefined && { value: request.postData.slice(0, maxValueLength) }),
        ...(request.method === 'GET' && ownFile(type)),
      });
    });
    session.on('Network.loadingFinished', () => void (trafficMs = Date.now()));
    session.on<{ response: { headers: Record<string, string> } }>('Network.responseReceived', ({ response }) => {
      const link = response.headers['link'] ?? response.headers['Link'] ?? '';
      for (const [, url = '', wish = ''] of link.matchAll(/<([^>]*)>[^,]*?rel="?[^",]*?(preconnect|dns-prefetch)/g))
        see({ effect: 'connection', what: `${wish} ${url}`, instrument: 'network' });
    });
    const sockets = new Map<string, string>();
    interface Socket {
      requestId?: string;
      url: string;
      initiator?: { stack?: ProtocolStack };
    }
    for (const method of ['Network.webSocketCreated', 'Network.webTransportCreated'])
      session.on<Socket>(method, ({ requestId, url, initiator }) => {
        if (requestId) sockets.set(requestId, url);
        const where = placeOfStack(initiator?.stack);
        const effect = method.includes('webSocket') ? 'websocket' : 'connection';
        see({ effect, what: url, instrument: 'network', ...(where && { where }) });
      });
    interface Frame {
      requestId: string;
      response: { payloadData: string };
    }
    session.on<Frame>('Network.webSocketFrameSent', ({ requestId, response }) => {
      const value = response.payloadData.slice(0, maxValueLength);
      see({ effect: 'websocket', what: sockets.get(requestId) ?? '', instrument: 'network', value });
    });
  }

  const fail = ({ text, exception }: ExceptionDetails) =>
    warn(`calls are not seen in a window or worker: ${exception?.description?.split('\n')[0] ?? text}`);

  function watchHooks(session: Session): void {
    session.on<{ exceptionDetails: ExceptionDetails }>('Runtime.exceptionThrown', ({ exceptionDetails }) => {
      const { url, stackTrace } = exceptionDetails;
      if ((stackTrace?.callFrames[0]?.url ?? url) === hooksUrl) fail(exceptionDetails);
    });
    session.on<{ name: string; payload: string }>('Runtime.bindingCalled', ({ name, payload }) => {
      if (name !== bindingName) return;
      const call = callOf(payload);
      if (call?.effect === 'mark') marked();
      else if (call) see(sightingOf(call));
    });
  }

  function watchStorage(session: Session): void {
    interface Item {
      storageId: { isLocalStorage: boolean };
      key?: string;
      newValue?: string;
    }
    for (const event of ['Added', 'Updated', 'Removed'])
      session.on<Item>(`DOMStorage.domStorageItem${event}`, ({ storageId, key, newValue }) =>
        see({
          effect: event === 'Removed' ? 'removal' : 'storage',
          what: `${storageId.isLocalStorage ? 'localStorage' : 'sessionStorage'} ${key}`,
          instrument: 'state',
          ...(newValue !== undefined && { value: newValue.slice(0, maxValueLength) }),
        }),
      );
  }

  /** A worker waits before its first statement until the hooks are in. */
  function hookWorker(session: Session): Promise<unknown>[] {
    session.on('Debugger.paused', () => {
      session
        .send<{ exceptionDetails?: ExceptionDetails }>('Runtime.evaluate', { expression: hooksSource() })
        .then(({ exceptionDetails }) => exceptionDetails && fail(exceptionDetails))
        .catch(noneIfGone);
      session.send('Debugger.disable').catch(noneIfGone);
    });
    return [
      session.send('Debugger.enable'),
      session.send('Debugger.setInstrumentationBreakpoint', { instrumentation: 'beforeScriptExecution' }),
    ];
  }

  function hookPage(session: Session, info: TargetInfo): Promise<unknown>[] {
    const page: PageTarget = {
      targetId: info.targetId,
      type: info.type,
      session,
      contexts: new Map(),
      scripts: new Map(),
    };
    pages.set(info.targetId, page);
    interface Context {
      id: number;
      auxData?: { isDefault?: boolean; frameId?: string };
    }
    session.on<{ context: Context }>('Runtime.executionContextCreated', ({ context: { id, auxData } }) => {
      if (auxData?.isDefault && auxData.frameId) page.contexts.set(auxData.frameId, id);
    });
    session.on<{ scriptId: string; url: string }>('Debugger.scriptParsed', ({ scriptId, url }) => {
      page.scripts.set(scriptId, url);
    });
    session.on('Page.javascriptDialogOpening', () => {
      // It would hold up the visit.
      session.send('Page.handleJavaScriptDialog', { accept: true }).catch(noneIfGone);
    });
    watchStorage(session);
    return [
      session.send('Page.enable'),
      session.send('DOMStorage.enable'),
      session.send('Debugger.enable'),
      session.send('Debugger.setSkipAllPauses', { skip: true }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: hooksSource(), runImmediately: true }),
    ];
  }

  function block(session: Session): Promise<unknown>[] {
    if (blocked.length === 0) return [];
    session.on<{ requestId: string }>('Fetch.requestPaused', ({ requestId }) => {
      session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }).catch(noneIfGone);
    });
    return [session.send('Fetch.enable', { patterns: blocked.map((urlPattern) => ({ urlPattern })) })];
  }

  async function instrument({ sessionId, targetInfo, waitingForDebugger }: Attached): Promise<void> {
    const session = protocol.session(sessionId);
    sessions.push(sessionId);
    session.on<Detached>('Target.detachedFromTarget', detach);
    const resume = () => (waitingForDebugger ? session.send('Runtime.runIfWaitingForDebugger') : undefined);
    // A service worker is announced by the browser and by its page: the first watches, each lets it run.
    if (seen.has(targetInfo.targetId) && targetInfo.type !== 'page') return void (await resume());
    seen.set(targetInfo.targetId, targetInfo.type);
    const isPage = targetInfo.type === 'page' || targetInfo.type === 'iframe';
    if (isPage || targetInfo.type.includes('worker')) watchHooks(session);
    watchNetwork(session);
    session.on<Attached>('Target.attachedToTarget', (event) => void attach(event));
    const maxPostDataSize = maxValueLength;
    await Promise.all([
      session.send('Runtime.enable'),
      session.send('Runtime.addBinding', { name: bindingName }),
      session.send('Network.enable', { maxPostDataSize }),
      ...block(session),
      ...(isPage ? hookPage(session, targetInfo) : hookWorker(session)),
      session.send('Target.setAutoAttach', autoAttach),
      resume(),
    ]);
  }

  function attach(event: Attached): Promise<void> {
    const done = instrument(event);
    ready.set(event.targetInfo.targetId, done);
    // A frame or worker may end while it is instrumented; whoever waits for a page hears of it.
    done.catch(() => {});
    return done;
  }

  function detach({ sessionId }: Detached): void {
    for (const [targetId, { session }] of pages) if (session.id === sessionId) pages.delete(targetId);
  }

  const stops = [
    protocol.browser.on<Attached>('Target.attachedToTarget', (event) => {
      if (event.targetInfo.browserContextId === contextId) void attach(event);
    }),
    protocol.browser.on<Detached>('Target.detachedFromTarget', detach),
  ];

  return {
    pages,
    stop() {
      for (const stop of stops) stop();
      for (const id of sessions) protocol.forget(id);
    },
    lastTrafficMs: () => trafficMs,
    async page(targetId) {
      const deadlineMs = Date.now() + 10_000;
      while (!ready.has(targetId)) {
        if (Date.now() > deadlineMs) throw new Error('the browser did not open a page within 10 s');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await ready.get(targetId);
      const page = pages.get(targetId);
      if (!page) throw new Error('the page was closed as it was opened');
      return page;
    },
  };
}

function callOf(payload: string): HookCall | undefined {
  try {
    return JSON.parse(payload) as HookCall;
  } catch {
    return undefined; // a page that found the binding says something of its own
  }
}

function sightingOf(call: HookCall): Sighting {
  if (call.effect === 'link') return { effect: 'connection', what: call.what, instrument: 'document' };
  const where = placeOfFrame(call.frame);
  return {
    effect: call.effect as Effect,
    what: call.what,
    instrument: 'hook',
    ...(where && { where }),
    ...(call.value !== undefined && { value: call.value }),
  };
}

/** Scripts and styles are the page's code; what it shows may as well count its visitors. */
function ownFile(type: string | undefined): Pick<Sighting, 'ownFile'> {
  if (type === 'Document' || type === 'Script' || type === 'Stylesheet') return { ownFile: 'code' };
  if (type === 'Image' || type === 'Font' || type === 'Media' || type === 'Manifest') return { ownFile: 'asset' };
  return {};
}

/** Whether `glob`, in which `*` is any text and `?` any letter, fits the whole of `text`. */
export function matches(glob: string, text: string): boolean {
  const pattern = [...glob]
    .map((letter) => (letter === '*' ? '.*' : letter === '?' ? '.' : letter.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')))
    .join('');
  return new RegExp(`^${pattern}$`, 's').test(text);
}
