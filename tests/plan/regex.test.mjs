// compile_regex against Node's RegExp with the `u` flag: random patterns, random texts, no difference. The program that
// answers is regex_match; REGEX_MATCH names it, REGEX_SEED another random sequence, REGEX_PATTERNS how many patterns.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const program =
  process.env.REGEX_MATCH ?? fileURLToPath(new URL('../../build/release/tests/plan/regex_match', import.meta.url));
const seed = Number(process.env.REGEX_SEED ?? 1);
const patternCount = Number(process.env.REGEX_PATTERNS ?? 4000);

// Mulberry32 (Ettinger, public domain).
const randomFrom = (start) => {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};
const random = randomFrom(seed);
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

const hex = (text) => Buffer.from(text, 'utf8').toString('hex');
const ask = (lines) =>
  execFileSync(program, { input: `${lines.join('\n')}\n`, maxBuffer: 1 << 30 })
    .toString()
    .trimEnd()
    .split('\n');

// One to four bytes of UTF-8, white space of all kinds, line ends, neighbours of the ranges that patterns have.
const letters = [
  ...'aabbcA09_- .@/é\u00a0\u2028\n\r\t€ñλЖ中\u{1f432}\u{10ffff}\ufeff\u{10000}\ud7ff\u07ff\u0800\u0001',
];
const randomText = () => Array.from({ length: below(8) }, () => pick(letters)).join('');

const escapes = [
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '\\p{L}',
  '\\P{L}',
  '\\p{Lu}',
  '\\p{Nd}',
  '\\P{ASCII}',
  '\\p{Script=Greek}',
  '\\p{scx=Cyrl}',
  '\\p{Any}',
  '\\p{Alphabetic}',
];
const literals = [
  'a',
  'b',
  'c',
  'A',
  '0',
  '_',
  '-',
  ' ',
  'é',
  '€',
  '中',
  '\u{1f432}',
  '\\.',
  '\\/',
  '\\n',
  '\\t',
  '\\x61',
  '\\u0062',
  '\\u{1F432}',
  '\\ud83d\\udc32',
  '\\cJ',
  '\\x00',
  '\\$',
  '\\u20ac',
  '\\ud800',
];
const classLiterals = [...literals.filter((literal) => literal !== '-'), '.', '@', '\\-', '\\]', '\\b', '$', '('];
const ranges = [
  'a-c',
  '0-9',
  'A-Z',
  '\\x00-\\x7f',
  'é-中',
  '\\u0080-\\u{10ffff}',
  '\\u07ff-\\u0800',
  '€-\\u{1f432}',
  '\\u{10000}-\\u{10ffff}',
  '\\ud7ff-\\ue000',
  '+--',
  '!-~',
  '\\u{e000}-\\u{1ffff}',
];

const randomClass = () => {
  const parts = Array.from({ length: below(4) }, () => pick([classLiterals, classLiterals, ranges, escapes].map(pick)));
  return `[${random() < 0.4 ? '^' : ''}${parts.join('')}${random() < 0.1 ? '-' : ''}]`;
};
const quantifiers = ['*', '+', '?', '*?', '+?', '??', '{2}', '{0}', '{1,}', '{0,2}', '{2,3}', '{1,2}?', '{3,}?'];
let groups = 0;
const randomAtom = (depth) => {
  const choice = random();
  if (depth > 0 && choice < 0.3) return `${pick(['(', '(?:', `(?<g${++groups}>`])}${randomPattern(depth - 1)})`;
  if (choice < 0.45) return randomClass();
  if (choice < 0.6) return '.';
  if (choice < 0.7) return pick(escapes);
  return pick(literals);
};
const randomTerm = (depth) => {
  if (random() < 0.12) return pick(['^', '$', '\\b', '\\B']);
  return randomAtom(depth) + (random() < 0.35 ? pick(quantifiers) : '');
};
const randomAlternative = (depth) => Array.from({ length: below(4) }, () => randomTerm(depth)).join('');
const randomPattern = (depth) =>
  Array.from({ length: random() < 0.25 ? 2 + below(2) : 1 }, () => randomAlternative(depth)).join('|');
const anchored = (pattern) => (random() < 0.5 ? `^(?:${pattern})$` : pattern);

// Asked at each code point: V8's own search also looks between the halves of a surrogate pair, where ECMA-262 knows no
// place (22.2.7.2), and finds \B there.
const matches = (sticky, text) => {
  for (let i = 0; i <= text.length; i += text.codePointAt(i) > 0xffff ? 2 : 1) {
    sticky.lastIndex = i;
    if (sticky.test(text)) return true;
  }
  return false;
};

const compareMatches = (patterns, textsOf) => {
  const lines = [];
  const expected = [];
  for (const pattern of patterns) {
    const sticky = new RegExp(pattern, 'uy');
    lines.push(`p${hex(pattern)}`);
    expected.push({ pattern });
    for (const text of textsOf(pattern)) {
      lines.push(`t${hex(text)}`);
      expected.push({ pattern, text, is: matches(sticky, text) });
    }
  }
  const answers = ask(lines);
  assert.equal(answers.length, expected.length);
  const differences = [];
  let matched = 0;
  let tooLarge = 0;
  let isTooLarge = false;
  answers.forEach((answer, i) => {
    const { pattern, text, is } = expected[i];
    if (text === undefined) {
      isTooLarge = /take(s more than \d+| too many) states/.test(answer);
      tooLarge += isTooLarge;
      if (!answer.startsWith('ok ') && !isTooLarge) differences.push(`${JSON.stringify(pattern)}: ${answer}`);
      return;
    }
    if (isTooLarge) return;
    matched += is;
    if (answer !== String(Number(is)))
      differences.push(`${JSON.stringify(pattern)} on ${JSON.stringify(text)}: ${answer}`);
  });
  assert.deepEqual(differences.slice(0, 10), [], `${differences.length} differences, seed ${seed}`);
  assert.ok(tooLarge <= patterns.length / 100, `${tooLarge} patterns take too many states`);
  return { texts: lines.length - patterns.length, matched, tooLarge };
};

test('random patterns match what Node says', (t) => {
  const patterns = Array.from({ length: patternCount }, () => anchored(randomPattern(2)));
  const { texts, matched, tooLarge } = compareMatches(patterns, () => Array.from({ length: 24 }, randomText));
  t.diagnostic(`${patterns.length} patterns, ${texts} texts, ${matched} matches, ${tooLarge} patterns too large`);
  assert.ok(matched > texts / 20 && matched < texts - texts / 20, 'both answers occur');
});

test('every kind of single character is told apart as Node does', () => {
  const atoms = [
    '.',
    '[^]',
    '[]',
    '[^a]',
    '[^é]',
    '[^€]',
    '[^\u{1f432}]',
    '[^\\ud800-\\udfff]',
    ...escapes,
    ...ranges.map((range) => `[${range}]`),
  ];
  const borders = [
    0, 0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xcfff, 0xd000, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x3ffff, 0x40000,
    0xfffff, 0x100000, 0x10ffff,
  ];
  const texts = [...letters, ...borders.map((code) => String.fromCodePoint(code))];
  for (let i = 0; i < 400; ++i) texts.push(String.fromCodePoint(pick([below(0xd800), 0xe000 + below(0x102000)])));
  compareMatches(
    atoms.flatMap((atom) => [`^${atom}$`, `^${atom}{2}$`, `\\B${atom}\\b`]),
    () => texts.flatMap((text) => [text, text + pick(texts)]),
  );
});

test('what real schemas have matches what Node says', () => {
  const patterns = [
    '^[a-z]+(_[a-z]+)*$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$',
    '^\\S+@\\S+\\.\\S+$',
    '^#?([a-f0-9]{6}|[a-f0-9]{3})$',
    '^ord_[0-9]{6,}$',
    '^[A-Z]{2}(-[A-Z0-9]{1,3})?$',
    '^https?://',
    '\\.(png|jpe?g|gif)$',
    '^$|^[A-Z]',
    '^.*$',
    '',
    'f.*o',
    '^[^\\s]+$',
    '^\\p{Lu}\\p{Ll}*$',
  ];
  const near = [
    'a',
    'ab_cd',
    'ab__cd',
    '2024-11-14',
    '2024-1-14',
    '(555)555-1234',
    '555-1234',
    'a@b.c',
    'a@b',
    '#ffaa00',
    'fa0',
    '#ffaa0',
    'ord_456789',
    'ord_4',
    'DE',
    'DE-BY',
    'https://x',
    'ftp://x',
    'a.jpeg',
    'a.jpg ',
    '',
    'Ärger',
    'ärger',
    'a b',
    'fo',
    'f\no',
    'x\u2028y',
  ];
  compareMatches(patterns, () => near);
});

// Whether Node takes a pattern for one at all; what is left out on purpose is said to be "not supported" or beyond a
// bound.
test('random texts are patterns or not, as Node says', (t) => {
  const pieces = [
    'a',
    '0',
    '1',
    '9',
    '(',
    ')',
    '(?:',
    '(?<n>',
    '(?<',
    '(?',
    '(?=',
    '(?<!',
    '[',
    ']',
    '[^',
    '{',
    '}',
    '{1}',
    '{2,1}',
    '{,1}',
    '*',
    '+',
    '?',
    '|',
    '^',
    '$',
    '.',
    '\\',
    '\\b',
    '\\d',
    '\\k<n>',
    '\\1',
    '\\0',
    '\\x',
    '\\x4',
    '\\x41',
    '\\u',
    '\\u00',
    '\\u{',
    '\\u{61}',
    '\\u{110000}',
    '\\c',
    '\\ca',
    '\\p',
    '\\p{L}',
    '\\p{Foo}',
    '\\p{sc=Latn}',
    '\\P{',
    '-',
    ',',
    '/',
    '\\-',
    '\\/',
    '\\a',
    '=',
    '!',
    '<',
    '>',
    'é',
    '\\_',
    '\\é',
  ];
  const patterns = Array.from({ length: patternCount * 5 }, () =>
    Array.from({ length: 1 + below(6) }, () => pick(pieces)).join(''),
  );
  const answers = ask(patterns.map((pattern) => `p${hex(pattern)}`));
  const differences = [];
  let good = 0;
  answers.forEach((answer, i) => {
    let isPattern = true;
    try {
      new RegExp(patterns[i], 'u');
    } catch {
      isPattern = false;
    }
    good += isPattern;
    const isLeftOut = / is not supported| is at most |states/.test(answer);
    if (!isLeftOut && answer.startsWith('ok') !== isPattern) differences.push(`${patterns[i]}: ${answer}`);
  });
  t.diagnostic(`${good} of ${patterns.length} are patterns`);
  assert.deepEqual(differences.slice(0, 10), [], `${differences.length} differences, seed ${seed}`);
  assert.ok(good > patterns.length / 20 && good < patterns.length / 2, 'both kinds occur');
});
