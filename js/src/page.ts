// The page around the tracker: what it is, and when it is left or comes back.

export const isHidden = () => globalThis.document?.visibilityState === 'hidden';

/** What an event says about its page, as JSON. Empty outside a browser. Nothing else of the device is read. */
export function pageText(): string {
  const { location, document } = globalThis;
  return location
    ? JSON.stringify({
        url: location.href,
        path: location.pathname,
        title: document?.title,
        referrer: document?.referrer,
      })
    : '';
}

/**
 * Adds or removes `listener` for all that matters to delivery. Never unload: it keeps a page out of the
 * back/forward cache.
 */
export function listen(verb: 'addEventListener' | 'removeEventListener', listener: (event: Event) => void): void {
  // A change of visibility bubbles from the document to the window.
  for (const type of ['visibilitychange', 'pagehide', 'pageshow', 'online', 'storage'])
    globalThis[verb]?.(type, listener);
  (globalThis as { navigation?: EventTarget }).navigation?.[verb]('navigate', listener);
}
