// Where in a script something was called, as stacks and the protocol say it.

import type { Place } from './effects.js';
import { hooksUrl, stepsUrl } from './page_hooks.js';

/** The place in a line of a V8 stack, `at f (https://host/a.js:3:7)`, or undefined if it names none. */
export function placeOfFrame(frame: string): Place | undefined {
  // Of evaluated text the outermost place is the one in a file: it stands first.
  const found = /((?:https?|file|blob|data|chrome-extension):[^\s()]*?):(\d+):(\d+)/.exec(frame);
  return found ? { url: found[1] ?? '', line: Number(found[2]), column: Number(found[3]) } : undefined;
}

/** A stack as the protocol gives it; its lines and columns count from 0. */
export interface ProtocolStack {
  callFrames: { url: string; lineNumber: number; columnNumber: number }[];
  parent?: ProtocolStack;
}

/** The innermost place of a stack, or of the one that led to it. */
export function placeOfStack(stack: ProtocolStack | undefined): Place | undefined {
  const frame = stack?.callFrames.find(({ url }) => url !== '' && url !== hooksUrl && url !== stepsUrl);
  if (frame) return { url: frame.url, line: frame.lineNumber + 1, column: frame.columnNumber + 1 };
  return stack?.parent ? placeOfStack(stack.parent) : undefined;
}
