// What a visitor does: opens an address, moves, clicks, types, waits. Real input, as the browser gets it from a person.

import { EnvironmentError } from './environment_error.js';
import { stepsUrl } from './page_hooks.js';
import { noneIfGone, type Session } from './pipe.js';

/** The visitor of one page. Selectors are those of CSS; each step waits up to 10 s for what it needs. */
export interface Visitor {
  /**
   * The value of a JavaScript expression in the page; awaited. Its calls are not counted as the page's. `named` stands for
   * it in an error.
   */
  evaluate<Value = unknown>(expression: string, named?: string): Promise<Value>;
  /** Waits until an element that can be seen fits `selector`. */
  waitFor(selector: string): Promise<void>;
  /** Clicks in the middle of the first element that fits and can be seen. */
  click(selector: string): Promise<void>;
  /** Puts the cursor into a field and types; what was in it goes. */
  fill(selector: string, text: string): Promise<void>;
  /** Presses a key, `Enter`, `Tab` or a letter, wherever the cursor is. */
  press(key: string): Promise<void>;
  /** Chooses an option of a `select` by its value. */
  select(selector: string, value: string): Promise<void>;
  /** Turns the wheel by so many pixels, down if positive. */
  scroll(pixels: number): Promise<void>;
  /** Goes back by one entry of the history. */
  back(): Promise<void>;
  /** Loads the page anew. Resolves with whether it was there within 30 s. */
  reload(): Promise<boolean>;
  /** Waits. */
  wait(ms: number): Promise<void>;
}

const stepTimeoutMs = 10_000;
/** The time that a page has to load. */
export const loadTimeoutMs = 30_000;
const pollMs = 20;
const keyCodes: Record<string, number> = { Enter: 13, Tab: 9, Escape: 27, Backspace: 8, ArrowDown: 40, ArrowUp: 38 };

/** Whether `done` came within `timeoutMs`. */
export async function inTime(done: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
  return Promise.race([done.then(() => true), late]).finally(() => clearTimeout(timer));
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A visitor of the page behind `session`. */
export function visitorOf(session: Session): Visitor {
  async function evaluate<Value>(expression: string, named = expression): Promise<Value> {
    const { result, exceptionDetails } = await session.send<{
      result: { value: Value };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    }>('Runtime.evaluate', {
      expression: `${expression}\n//# sourceURL=${stepsUrl}`,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails)
      throw new EnvironmentError(
        `the page does not do ${JSON.stringify(named.slice(0, 80))}: ${exceptionDetails.exception?.description?.split('\n')[0] ?? exceptionDetails.text}`,
      );
    return result.value;
  }

  /** Waits for the element, scrolls it into view, and returns its middle, where nothing covers it. */
  async function middle(selector: string): Promise<{ x: number; y: number }> {
    const deadlineMs = Date.now() + stepTimeoutMs;
    let state = 'missing';
    while (Date.now() < deadlineMs) {
      // A click may have led elsewhere: the next page is asked when it is there.
      const found = await find(selector).catch((error: Error) => noneIfGone(error)[0] ?? 'on a page that goes');
      if (typeof found !== 'string') return found;
      state = found;
      await sleep(pollMs);
    }
    throw new EnvironmentError(`no element to act on: ${selector} is ${state} after ${stepTimeoutMs / 1000} s`);
  }

  /** The middle of the first element that fits and can be seen, scrolled into view; or why there is none. */
  function find(selector: string): Promise<{ x: number; y: number } | string> {
    return evaluate(`(() => {
        const find = (root) => {
          for (const element of root.querySelectorAll(${JSON.stringify(selector)})) {
            if (element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible') return element;
          }
          // Banners like to live in a shadow tree.
          for (const host of root.querySelectorAll('*')) {
            const inside = host.shadowRoot && find(host.shadowRoot);
            if (inside) return inside;
          }
          return undefined;
        };
        const element = find(document);
        if (!element) return 'not there, or not to be seen';
        element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
        const { left, top, width, height } = element.getBoundingClientRect();
        const x = left + width / 2, y = top + height / 2;
        let hit = document.elementFromPoint(x, y);
        while (hit?.shadowRoot?.elementFromPoint(x, y) && hit.shadowRoot.elementFromPoint(x, y) !== hit)
          hit = hit.shadowRoot.elementFromPoint(x, y);
        for (let node = hit; node; node = node.parentNode ?? node.host) if (node === element) return { x, y };
        return element.contains(hit) || hit?.contains(element) ? { x, y } : 'covered by something else';
      })()`);
  }

  async function clickAt(x: number, y: number): Promise<void> {
    const at = { x, y, button: 'left', clickCount: 1 };
    await session.send('Input.dispatchMouseEvent', { ...at, type: 'mouseMoved', button: 'none' });
    await session.send('Input.dispatchMouseEvent', { ...at, type: 'mousePressed' });
    await session.send('Input.dispatchMouseEvent', { ...at, type: 'mouseReleased' });
  }

  async function press(key: string): Promise<void> {
    const code = keyCodes[key] ?? key.toUpperCase().charCodeAt(0);
    const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
    const event = { key, windowsVirtualKeyCode: code, ...(text !== undefined && { text }) };
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: code });
  }

  return {
    evaluate,
    press,
    wait: sleep,
    waitFor: async (selector) => void (await middle(selector)),
    async click(selector) {
      const { x, y } = await middle(selector);
      await clickAt(x, y);
    },
    async fill(selector, text) {
      const { x, y } = await middle(selector);
      await clickAt(x, y);
      await evaluate(`document.activeElement.select?.()`);
      if (text === '') await press('Backspace');
      else await session.send('Input.insertText', { text });
    },
    async select(selector, value) {
      await middle(selector);
      await evaluate(`(() => {
        const element = document.querySelector(${JSON.stringify(selector)});
        element.value = ${JSON.stringify(value)};
        for (const type of ['input', 'change']) element.dispatchEvent(new Event(type, { bubbles: true }));
      })()`);
    },
    async scroll(pixels) {
      const at = { type: 'mouseWheel', x: 640, y: 400, deltaX: 0, deltaY: pixels };
      await session.send('Input.dispatchMouseEvent', at);
    },
    async back() {
      await evaluate('history.back()');
      await sleep(50);
    },
    async reload() {
      let stop = () => {};
      const loaded = new Promise<void>((resolve) => (stop = session.on('Page.loadEventFired', () => resolve())));
      await session.send('Page.reload');
      const isThere = await inTime(loaded, loadTimeoutMs);
      stop();
      return isThere;
    },
  };
}

/** Clicks where nothing is to be clicked, if there is such a place. Returns whether there was. */
export async function clickOnNothing(visitor: Visitor, session: Session): Promise<boolean> {
  const place = await visitor.evaluate<{ x: number; y: number } | null>(`(() => {
    const active = 'a,button,input,select,textarea,label,summary,video,audio,iframe,[onclick],[role],[tabindex]';
    for (let y = innerHeight - 5; y > 0; y -= 40)
      for (let x = 5; x < innerWidth; x += 80) {
        const element = document.elementFromPoint(x, y);
        if (element && !element.closest(active) && !element.shadowRoot) return { x, y };
      }
    return null;
  })()`);
  if (!place) return false;
  for (const type of ['mousePressed', 'mouseReleased'])
    await session.send('Input.dispatchMouseEvent', { type, ...place, button: 'left', clickCount: 1 });
  return true;
}
