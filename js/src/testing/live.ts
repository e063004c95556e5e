// Who waits for something in a page: listeners and locks as the browser lists them; timers and observers that are not yet
// done; and functions of the browser that are not what they were.

import type { Effect, Sighting } from './effects.js';
import { realmExpression, stepsUrl, type LiveRealm } from './page_hooks.js';
import { noneIfGone, type Session } from './pipe.js';
import { placeOfFrame } from './place.js';
import type { PageTarget } from './targets.js';

interface Listener {
  type: string;
  scriptId: string;
  lineNumber: number;
  columnNumber: number;
  backendNodeId?: number;
}

/** Nodes are named for at most so many listeners of a frame. */
const maxNamed = 2000;

async function listenersOf(page: PageTarget, contextId: number): Promise<Sighting[]> {
  const { session, scripts } = page;
  const names = new Map<number, string>();
  const nameOf = async (backendNodeId: number): Promise<string> => {
    const known = names.get(backendNodeId);
    if (known !== undefined) return known;
    const { node } = await session.send<{ node: { nodeName: string } }>('DOM.describeNode', { backendNodeId });
    const name = node.nodeName.toLowerCase().replace('#', '');
    names.set(backendNodeId, name);
    return name;
  };
  const sightings: Sighting[] = [];
  // The whole document, shadow trees too; the window is no node and stands for itself.
  for (const [expression, more] of [
    ['window', {}],
    ['document', { depth: -1, pierce: true }],
  ] as const) {
    const { result } = await session.send<{ result: { objectId: string } }>('Runtime.evaluate', {
      expression: `${expression}\n//# sourceURL=${stepsUrl}`,
      contextId,
    });
    const { listeners } = await session.send<{ listeners: Listener[] }>('DOMDebugger.getEventListeners', {
      objectId: result.objectId,
      ...more,
    });
    for (const { type, scriptId, lineNumber, columnNumber, backendNodeId } of listeners.slice(0, maxNamed)) {
      const on = expression === 'window' ? 'window' : backendNodeId ? await nameOf(backendNodeId) : 'document';
      const url = scripts.get(scriptId) ?? '';
      const where = { url, line: lineNumber + 1, column: columnNumber + 1 };
      sightings.push({ effect: 'listener', what: `${on} ${type}`, instrument: 'state', ...(url !== '' && { where }) });
    }
    await session.send('Runtime.releaseObject', { objectId: result.objectId });
  }
  return sightings;
}

async function liveRealm(session: Session, contextId: number): Promise<LiveRealm[]> {
  const { result } = await session.send<{ result: { value?: LiveRealm } }>('Runtime.evaluate', {
    expression: `${realmExpression}?.live()\n//# sourceURL=${stepsUrl}`,
    contextId,
    returnByValue: true,
  });
  return result.value ? [result.value] : [];
}

interface Lock {
  name: string;
  clientId: string;
}

/** The Web Locks of the frame's origin, held and waited for, asked for where the page's own scripts do not reach. */
async function locksOf(session: Session, frameId: string): Promise<Lock[]> {
  const { executionContextId: contextId } = await session.send<{ executionContextId: number }>(
    'Page.createIsolatedWorld',
    { frameId },
  );
  const { result } = await session.send<{ result: { value?: Lock[] } }>('Runtime.evaluate', {
    // Where the origin is not secure, or none, there are none.
    expression: `navigator.locks?.query().then(({ held, pending }) => [...held, ...pending], () => [])`,
    contextId,
    awaitPromise: true,
    returnByValue: true,
  });
  return result.value ?? [];
}

/** What is live in all frames of `pages` now. */
export async function readLive(pages: Iterable<PageTarget>): Promise<Sighting[]> {
  const sightings: Sighting[] = [];
  const locks = new Map<string, Lock>();
  for (const page of pages)
    for (const [frameId, contextId] of [...page.contexts]) {
      // The frame may have gone, or may be gone any moment, and nothing waits in it then.
      const listeners = await listenersOf(page, contextId).catch(noneIfGone);
      const [realm] = await liveRealm(page.session, contextId).catch(noneIfGone);
      for (const lock of await locksOf(page.session, frameId).catch(noneIfGone))
        locks.set(`${lock.clientId} ${lock.name}`, lock);
      sightings.push(...listeners);
      for (const name of realm?.replaced ?? [])
        sightings.push({ effect: 'replaced', what: name, instrument: 'intrinsics' });
      for (const { effect, what, frame } of [...(realm?.timers ?? []), ...(realm?.observers ?? [])]) {
        const where = placeOfFrame(frame);
        sightings.push({ effect: effect as Effect, what, instrument: 'hook', ...(where && { where }) });
      }
    }
  // Every frame of an origin lists them all.
  for (const { name } of locks.values()) sightings.push({ effect: 'lock', what: name, instrument: 'state' });
  return sightings;
}
