// Makes the JavaScript package from build/wasm/track.wasm (or the file that is given): js/dist/ with the core by three doors, and the types.
// Fails when the core is not what the package relies on, or when an entry is over its budget (js/budget.json).
//
// How the bytes stand in the script was measured on a core of 23 500 B. What it adds to track.js in brotli 11, where the
// core itself has 11 230, its decoders included:
//
//   in streams (streams.mjs), and then one character a byte, U+0000 to U+00FF, in UTF-8
//                                                          10 946   used in modules, which are always read as UTF-8
//   in streams, in printable ASCII, 90 bytes by one letter, others by two
//                                                          11 530   used in the classic script, whose charset is the page's
//   as it is, one character a byte                         11 450
//   as it is, in base64                                    14 600   its 6-bit letters hide the bytes from brotli
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { minify } from 'terser';
import { split } from './streams.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const built = process.argv[2] ?? join(root, 'build/wasm/track.wasm');
const work = join(root, 'build/js');
const dist = join(root, 'js/dist');
const source = (name) => join(root, 'js/src', name);
const { version, exports } = JSON.parse(readFileSync(join(root, 'js/package.json'), 'utf8'));
const exported = Object.values(exports).map((target) => target.default);

function fail(message) {
  console.error(`pack: ${message}`);
  process.exit(1);
}

function run(command, ...args) {
  try {
    return execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    return fail(`${command} failed: ${error.message}. It comes with the packages binaryen and nodejs.`);
  }
}

// What wasm-opt is asked to do; of these the smallest after brotli is taken.
const RECIPES = [
  ['-O3'],
  ['-Oz'],
  ['--flatten', '--rereloop', '-Oz', '-Oz'],
  ['--flatten', '--dfo', '--rereloop', '-Oz', '-Oz'],
];

/** Makes `output` of `input`, as small as it gets, with short names. Returns the short name of each export of wasm/abi.h. */
function squeeze(input, output) {
  const names = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(input))).map(({ name }) => name);
  if (!names.includes('waymark_abi_version')) fail(`${input} does not export the functions of wasm/abi.h`);
  // What the linker added besides goes.
  const kept = names.filter((name) => name === 'memory' || name.startsWith('waymark_')).sort();
  const graph = [{ name: 'abi', root: true, reaches: kept }, ...kept.map((name) => ({ name, export: name }))];
  const graphFile = join(work, 'graph.json');
  writeFileSync(graphFile, JSON.stringify(graph));
  const needed = join(work, 'needed.wasm');
  run('wasm-metadce', input, '--graph-file', graphFile, '-o', needed);

  // The version keeps its name for ever, so that a script and a core of different releases understand that much.
  const letters = [...'abcdefghijklmnopqrstuwxyz'];
  const shortNames = Object.fromEntries(
    kept.map((name) => [name, name === 'waymark_abi_version' ? 'v' : letters.shift()]),
  );
  const tried = RECIPES.map((recipe) => {
    run('wasm-opt', needed, ...recipe, '--strip-debug', '--strip-producers', '--strip-target-features', '-o', output);
    return renameExports(readFileSync(output), shortNames);
  });
  const smallest = tried.reduce((best, bytes) => (brotliSize(bytes) < brotliSize(best) ? bytes : best));
  writeFileSync(output, smallest);

  const imports = WebAssembly.Module.imports(new WebAssembly.Module(smallest));
  if (imports.length) fail(`the core imports ${imports.map(({ name }) => name)}; it must import nothing`);
  return shortNames;
}

/** The module with other names for its exports (WebAssembly core specification 5.5.10), and without custom sections. */
function renameExports(wasm, newNames) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
  const sections = [wasm.subarray(0, at)];
  while (at < wasm.length) {
    const start = at;
    const id = wasm[at++];
    const size = number();
    const end = at + size;
    if (id === 7) {
      const count = number();
      const body = leb(count);
      for (let i = 0; i < count; ++i) {
        const length = number();
        const name = newNames[wasm.toString('utf8', at, (at += length))];
        const kind = wasm[at++];
        body.push(...leb(name.length), ...Buffer.from(name), kind, ...leb(number()));
      }
      sections.push(Buffer.from([id, ...leb(body.length), ...body]));
    } else if (id !== 0) sections.push(wasm.subarray(start, end));
    at = end;
  }
  return Buffer.concat(sections);
}

/** A module that exports unpack(): the bytes as the characters U+0000 to U+00FF of a variable that stands last. */
const VARIABLE = '$core';
const asText = `export const unpack = () => Uint8Array.from(${VARIABLE}, (letter) => letter.charCodeAt());
`;

/** The variable. In a template a carriage return would become a line feed. */
function asVariable(bytes) {
  const text = bytes
    .toString('latin1')
    .replace(/[\\`]|\$\{/g, '\\$&')
    .replace(/\r/g, '\\r');
  return `var ${VARIABLE}=\`${text}\`;`;
}

// One letter stands for each of 90 bytes that are frequent in Wasm, in two ranges that together hold nine tenths of it.
// A prefix before the letter adds to it, and so reaches the other bytes.
const LETTERS = 90;
const FIRST = 35; // '#', the first letter after the quotation mark
const LOW_END = 76; // bytes 0 to 75, and then
const GAP = 29; // bytes 105 to 118
const PREFIXES = [166, 76]; // what the prefixes 90 and 91 add

/** A module that exports unpack(): the bytes as one string of printable ASCII. */
function asAscii(bytes) {
  const letter = (value) => String.fromCharCode(FIRST + value).replace('\\', '\\\\');
  const write = (byte) => {
    if (byte < LOW_END) return letter(byte);
    if (byte >= LOW_END + GAP && byte < LETTERS + GAP) return letter(byte - GAP);
    const prefix = byte >= PREFIXES[0] ? 0 : 1;
    return letter(LETTERS + prefix) + letter(byte - PREFIXES[prefix]);
  };
  const step = PREFIXES[0] - PREFIXES[1];
  return `export function unpack() {
  const bytes = [];
  let added = 0;
  for (const letter of "${Array.from(bytes, write).join('')}") {
    const value = letter.charCodeAt() - ${FIRST};
    if (value >= ${LETTERS}) added = ${PREFIXES[0] + step * LETTERS} - ${step} * value;
    else {
      bytes.push(value + (added || (value >= ${LOW_END} && ${GAP})));
      added = 0;
    }
  }
  return new Uint8Array(bytes);
}
`;
}

/** The core as JavaScript: wasm2js makes one instance a module; this makes a function that gives a fresh one. */
function asJavaScript(wasm) {
  const text = run('wasm2js', '-O2', wasm);
  const [body, rest] = text.split('\nvar retasmFunc = asmFunc(');
  if (!rest) fail('wasm2js wrote something else than expected');
  const minified = esbuild.transformSync(
    `export function instantiate() {${body}\nreturn asmFunc({ abort() { throw new Error("abort"); } });}`,
    { minify: true, target: 'es2020', format: 'esm' },
  );
  return minified.code;
}

const resolve = (filter, path) => ({
  name: path,
  setup: (build) => void build.onResolve({ filter }, () => ({ path, external: path.startsWith('./') })),
});
// The banner's sheet, without what only its authors read.
const compact = (css) =>
  css
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) /g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}')
    .replace(/([ :,])0\./g, '$1.');
const sheet = {
  name: 'sheet',
  setup: (build) =>
    void build.onLoad({ filter: /\/banner\/style\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/`[^`]*`/g, compact),
      loader: 'ts',
    })),
};
// Properties that never leave the package; they get short names, the same in all entries.
const INTERNAL =
  'bitsOf|consentOptions|countTotals|reclaim|stopReason|carryOut|check|controls|forget|isOpen|isPaused|keep|kept|known|learn|nowMs|platforms|purge|purgedEpoch|putBytes|reconsider|record|' +
  'recall|recordText|refresh|release|rest|resultNumber|results|seed|spill|takeBytes|takeText|wipe|write|' +
  'keepState|sealKey|shred|stateText|unlock|given|mounted|stopWaiting';
let mangled;

const fallback = resolve(/\/fallback\.js$/, './fallback.js');

async function bundle(options, plugins) {
  const result = await esbuild.build({
    bundle: true,
    minify: true,
    metafile: true,
    target: 'es2020',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
    outdir: dist,
    define: { WAYMARK_VERSION: JSON.stringify(version) },
    mangleProps: RegExp(`^(waymark_\\w+|memory|${INTERNAL})$`),
    mangleCache: mangled ?? shortNames,
    plugins: [fallback, sheet, ...plugins],
    ...options,
  });
  mangled = result.mangleCache;
  return result;
}

// What the scripts are compressed with once more: esbuild bundles better, terser folds and names better. Of the results
// the smallest after brotli is taken.
const SCRIPT_RECIPES = [{}, { passes: 3 }, { passes: 3, sequences: false }];

async function squeezeScript(file, module, recipes = SCRIPT_RECIPES) {
  const text = readFileSync(file, 'utf8');
  let best = text;
  for (const recipe of recipes) {
    const { code } = await minify(text, { module, ecma: 2020, compress: { ...recipe }, format: { ascii_only: true } });
    if (brotliSize(Buffer.from(code)) < brotliSize(Buffer.from(best))) best = code;
  }
  writeFileSync(file, best);
}

function brotliSize(bytes) {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
}

/** Names of `entry` and of all that it imports statically. */
function withImports(entry, outputs) {
  const output = outputs[entry];
  const more = output ? output.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path) : [];
  return [entry, ...more.map((path) => path.replace('./', ''))];
}

/**
 * Prints the size of every entry, static imports summed. Returns the names of those over their limit: what was reached
 * and must not be lost again. The goal is what they are to come to.
 */
function checkSizes(outputs) {
  const budget = JSON.parse(readFileSync(join(root, 'js/budget.json'), 'utf8'));
  const over = [];
  console.log(
    'entry'.padEnd(41),
    'raw'.padStart(7),
    'gzip'.padStart(7),
    'brotli'.padStart(7),
    'limit'.padStart(7),
    'goal'.padStart(7),
  );
  for (const [entry, { limit, goal }] of Object.entries(budget)) {
    const files = withImports(entry, outputs).map((name) => readFileSync(join(dist, name)));
    const sum = (size) => files.reduce((total, file) => total + size(file), 0);
    const sizes = [sum((file) => file.length), sum((file) => gzipSync(file, { level: 9 }).length), sum(brotliSize)];
    console.log(entry.padEnd(41), ...[...sizes, limit, goal].map((size) => String(size).padStart(7)));
    if (sizes[2] > limit) over.push(entry);
    if (sizes[2] > goal) console.log(`  ${entry} is ${sizes[2] - goal} B over its goal`);
  }
  return over;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
mkdirSync(work, { recursive: true });

const wasm = join(dist, 'track.wasm');
const shortNames = squeeze(built, wasm);
writeFileSync(join(work, 'exports.json'), JSON.stringify(shortNames));
const bytes = readFileSync(wasm);
const core = split(bytes);
const starts = `export const starts = () => [${core.starts}];\n`;
writeFileSync(join(work, 'core_text.js'), asText + starts);
writeFileSync(join(work, 'core_ascii.js'), asAscii(core.bytes) + starts);
writeFileSync(join(dist, 'fallback.js'), asJavaScript(wasm));

const adapters = readdirSync(source('consent/adapters')).map((file) => `consent/adapters/${file.replace(/\.ts$/, '')}`);
const locales = readdirSync(source('banner/locales')).map((name) => `banner/locales/${name.replace(/\.ts$/, '')}`);
const entries = [
  ...['track', 'url', 'js', 'debug', 'consent', 'banner', 'receipts'],
  ...locales,
  ...adapters.filter((name) => exported.includes(`./dist/${name}.js`)),
];
const modules = await bundle({ format: 'esm', entryPoints: entries.map((name) => source(`${name}.ts`)) }, [
  resolve(/^waymark:core-bytes$/, join(work, 'core_text.js')),
]);
for (const name of entries) await squeezeScript(join(dist, `${name}.js`), true);
await squeezeScript(join(dist, 'fallback.js'), true, [{}]); // large: one pass takes seconds
const wrapper = readFileSync(join(dist, 'track.js'), 'utf8');
writeFileSync(join(dist, 'track.js'), wrapper + asVariable(core.bytes));
const script = await bundle(
  { format: 'iife', globalName: 'waymark', entryPoints: { 'track.min': source('track.ts') } },
  [
    resolve(/^waymark:core-bytes$/, join(work, 'core_ascii.js')),
    resolve(/\/doors\/lazy\.js$/, source('doors/lazy_script.ts')),
  ],
);
await squeezeScript(join(dist, 'track.min.js'), false);

// For Node alone, and read by people when something fails, so not made small.
const node = { bundle: true, platform: 'node', target: 'node20', format: 'esm', logLevel: 'warning', outdir: dist };
await esbuild.build({ ...node, entryPoints: [source('testing.ts')] });
await esbuild.build({
  ...node,
  entryPoints: [source('waymark.ts')],
  external: ['./testing.js'],
  banner: { js: '#!/usr/bin/env node' },
});
chmodSync(join(dist, 'waymark.js'), 0o755);

for (const project of ['js', 'js/tsconfig.node.json']) run(join(root, 'node_modules/.bin/tsc'), '-p', project);
const types = [
  'testing',
  'types',
  'receipts/chain',
  'inspection',
  'consent/types',
  'banner/types',
  'banner/notice',
  'banner/state',
];
for (const name of new Set([...entries, ...adapters, ...types]))
  cpSync(join(root, `build/types/${name}.d.ts`), join(dist, `${name}.d.ts`));

mkdirSync(join(dist, 'testing'));
for (const name of readdirSync(join(root, 'js/src/testing')).map((file) => file.replace(/\.ts$/, '.d.ts')))
  cpSync(join(root, 'build/types/testing', name), join(dist, 'testing', name));

const outputs = {};
for (const { metafile } of [modules, script])
  for (const [path, output] of Object.entries(metafile.outputs)) outputs[relative(dist, join(root, path))] = output;
const alone = brotliSize(Buffer.from(wrapper));
const sum = brotliSize(readFileSync(join(dist, 'track.js')));
console.log(`core: ${bytes.length} B, in brotli ${brotliSize(bytes)}, packed inside ${sum - alone}`);
console.log(`script around it: ${alone}, together ${sum}`);
const over = checkSizes(outputs);
if (over.length) fail(`over the limit: ${over.join(', ')}. Make them smaller, or change js/budget.json and say why.`);
