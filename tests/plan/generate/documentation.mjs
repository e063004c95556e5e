// The examples of docs/generated-code.md, and what they say of themselves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const page = readFileSync(join(root, 'docs/generated-code.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)];

/** The page's example in a language, counted from 0. */
export const example = (language, number = 0) => blocks.filter(([, name]) => name === language)[number][2];

/** Lines marked `error: …` are refused with that, and no others. `found` are [line from 1, message]. */
export function assertMarked(text, found) {
  const marks = text.split('\n').map((line) => /(?:\/\/|#) error: (.*)$/.exec(line)?.[1]);
  assert.ok(marks.some(Boolean));
  for (const [line, message] of found) assert.ok(marks[line - 1], `line ${line}: ${message}`);
  marks.forEach((mark, index) => {
    const messages = found.filter(([line]) => line === index + 1).map(([, message]) => message);
    if (mark) assert.ok(messages.join('\n').includes(mark), `${mark}: ${messages.join('\n') || 'no error'}`);
  });
}
