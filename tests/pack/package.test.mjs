// The package as it is published: what is in it, how it is found, what it may contain, how large it is.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { brotliCompressSync, constants } from 'node:zlib';
import * as esbuild from 'esbuild';
import { readBody } from '../js/body.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name) => readFileSync(join(root, 'js', name), 'utf8');
const NAMES = ['consent', 'createTracker', 'flush', 'group', 'identify', 'init', 'page', 'reset', 'track'];

const ADAPTERS = [
  'tcf',
  'gpp',
  'google',
  'onetrust',
  'cookiebot',
  'usercentrics',
  'didomi',
  'osano',
  'vanilla-cookieconsent',
  'klaro',
];
const adapterFiles = ADAPTERS.map((name) => `consent/adapters/${name}.js`);

/** An application that has the package installed. */
const app = mkdtempSync(join(tmpdir(), 'waymark-pack-'));
after(() => rmSync(app, { recursive: true }));
mkdirSync(join(app, 'node_modules'));
symlinkSync(join(root, 'js'), join(app, 'node_modules/waymark'));
writeFileSync(join(app, 'package.json'), '{"type":"module"}');

const runNode = (script) =>
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: app, encoding: 'utf8' }).trim();

for (const entry of ['waymark', 'waymark/url', 'waymark/js'])
  test(`node imports ${entry}`, () => {
    const output = runNode(`import * as waymark from '${entry}'; console.log(Object.keys(waymark).join());`);
    assert.deepEqual(output.split(',').sort(), NAMES);
  });

test('node imports waymark/debug', () => {
  const output = runNode(`import * as debug from 'waymark/debug'; console.log(Object.keys(debug).join());`);
  assert.deepEqual(output.split(',').sort(), ['clear', 'inspect', 'showOverlay', 'subscribe', 'watch']);
});

for (const name of ADAPTERS)
  test(`node imports waymark/consent/${name}, which finds no page there`, () => {
    const script = `
      import * as adapter from 'waymark/consent/${name}';
      const reports = [];
      const [, connect] = Object.entries(adapter).find(([key]) => key.startsWith('connect'));
      connect({ report: (...said) => reports.push(said) })();
      console.log(Object.keys(adapter).join(), JSON.stringify(reports));`;
    const [names, reports] = runNode(script).split(' ');
    assert.match(names, name === 'google' ? /^connectGoogle,emitConsentMode$/ : /^connect\w+$/);
    assert.deepEqual(JSON.parse(reports), [[`cmp:${name}`]]);
  });

test('node imports waymark/banner and its languages', () => {
  const output = runNode(`import * as banner from 'waymark/banner'; console.log(Object.keys(banner).join());`);
  const names = ['defineBanner', 'en', 'newBannerState', 'noticeHash', 'showBanner', 'shownTexts'];
  assert.deepEqual(output.split(',').sort(), names);
  assert.equal(runNode(`import { ja } from 'waymark/banner/ja'; console.log(ja.locale);`), 'ja');
});

test('node imports waymark/testing', () => {
  const output = runNode(`import * as testing from 'waymark/testing'; console.log(Object.keys(testing).join());`);
  assert.deepEqual(output.split(',').sort(), [
    'EnvironmentError',
    'NotSilentError',
    'assertSilent',
    'checkPrivacy',
    'findChromium',
    'launchChromium',
    'privacyCheck',
    'reportText',
    'visitPage',
  ]);
});

test('the command leads to the privacy check, and to the tools for plans where they were built', () => {
  const { bin } = JSON.parse(read('package.json'));
  assert.deepEqual(bin, { waymark: './dist/waymark.js' });
  const folder = mkdtempSync(join(tmpdir(), 'waymark-command-'));
  after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['waymark.js', 'testing.js']) writeFileSync(join(folder, name), read(`dist/${name}`));
  const run = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'waymark.js'), ...args], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const help = run('privacy-check', '--help');
  assert.deepEqual([help.status, help.stderr], [0, '']);
  assert.match(help.stdout, /^waymark privacy-check URL/);
  const missing = run('plan', 'check');
  assert.deepEqual([missing.status, missing.stdout], [2, '']);
  assert.match(missing.stderr, /^waymark: the tools for tracking plans are not part of this build[^\n]*\n$/);
  writeFileSync(join(folder, 'plan-cli.cjs'), 'console.log(process.argv.slice(2).join()); process.exitCode = 1;');
  assert.deepEqual(run('plan', 'check'), { status: 1, stdout: 'plan,check\n', stderr: '' });
});

test('the exports map leads to files that exist, types first', () => {
  const { exports, dependencies } = JSON.parse(read('package.json'));
  assert.equal(dependencies, undefined);
  assert.deepEqual(Object.keys(exports), [
    '.',
    './url',
    './js',
    './debug',
    './consent',
    './receipts',
    ...ADAPTERS.map((name) => `./consent/${name}`),
    './banner',
    './banner/*',
    './testing',
    './track.wasm',
    './package.json',
  ]);
  for (const target of Object.values(exports)) {
    if (typeof target === 'object') assert.equal(Object.keys(target)[0], 'types');
    for (const file of typeof target === 'object' ? Object.values(target) : [target])
      assert.ok(read(file.replace('*', 'de')).length);
  }
  assert.match(runNode(`console.log(import.meta.resolve('waymark/track.wasm'))`), /track\.wasm$/);
});

test('npm publishes the build and nothing else', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json'], {
    cwd: join(root, 'js'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = [JSON.parse(output)]
    .map((packed) => (Array.isArray(packed) ? packed : Object.values(packed)))
    .flat();
  const names = files.map(({ path }) => path).sort();
  const built = readdirSync(join(root, 'js/dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(root, 'js'), join(entry.parentPath ?? entry.path, entry.name)));
  assert.deepEqual(names, ['package.json', ...built].sort());
});

test('no entry evaluates text, and the default one names neither Node nor its own address', () => {
  for (const name of [
    'track.js',
    'track.min.js',
    'url.js',
    'js.js',
    'fallback.js',
    'debug.js',
    'banner.js',
    ...adapterFiles,
  ])
    assert.doesNotMatch(read(`dist/${name}`), /\beval\(|new Function|\bFunction\(/, name);
  for (const name of ['track.js', 'track.min.js', 'js.js', 'fallback.js', 'debug.js', 'banner.js', ...adapterFiles])
    assert.doesNotMatch(read(`dist/${name}`), /node:|import\.meta|\brequire\(|\bprocess\b/, name);
});

test('every script but track.js, which is a module and so UTF-8, is printable ASCII: no charset changes it', () => {
  for (const name of ['track.min.js', 'url.js', 'js.js', 'fallback.js', 'debug.js', 'banner.js', ...adapterFiles])
    assert.match(read(`dist/${name}`), /^[\x20-\x7e\n]*$/, name);
  assert.match(read('dist/track.js'), /^[^\r\u0100-\uffff]*$/);
});

test('every entry is within its budget, static imports summed', () => {
  const budget = JSON.parse(read('budget.json'));
  const size = (name) => {
    const bytes = readFileSync(join(root, 'js/dist', name));
    const imports = name.endsWith('.js')
      ? [...String(bytes).matchAll(/\bimport\s*(?:[\w{][^'"(]*?from\s*)?["']\.\/([^"']+)["']/g)]
      : [];
    const own = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
    return imports.reduce((sum, [, other]) => sum + size(other), own);
  };
  assert.ok(size('js.js') > size('fallback.js'));
  for (const [name, { limit, goal }] of Object.entries(budget)) {
    assert.ok(size(name) <= limit, `${name}: ${size(name)} > ${limit}`);
    assert.ok(goal <= limit, name);
  }
});

const program = (entry, endpoint) => `
  import { init, track } from '${entry}';
  const tracker = init({ writeKey: 'demo', endpoint: '${endpoint}', consent: { defaults: { analytics: 'granted' } } });
  await tracker.ready;
  console.log(track('cart_opened'), JSON.stringify(await tracker.flush()));`;
const DELIVERED = 'accepted {"acknowledged":1,"rejected":0,"dropped":0,"pending":0}';

/** Hands `body` an endpoint and the names of the events that arrived there. */
async function withCollector(body) {
  const arrived = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    arrived.push(...readBody(Buffer.concat(chunks)).events.map(({ event_name }) => event_name));
    response.end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${server.address().port}`, arrived);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Without blocking this process, whose server the child talks to. */
const runFile = (file) =>
  new Promise((resolve, reject) => {
    import('node:child_process').then(({ execFile }) =>
      execFile(process.execPath, [file], { timeout: 30_000 }, (error, stdout) =>
        error ? reject(error) : resolve(stdout.trim()),
      ),
    );
  });

for (const entry of ['waymark', 'waymark/url', 'waymark/js'])
  test(`${entry} delivers from node`, () =>
    withCollector(async (endpoint, arrived) => {
      const file = join(app, 'app.mjs');
      writeFileSync(file, program(entry, endpoint));
      assert.equal(await runFile(file), DELIVERED);
      assert.deepEqual(arrived, ['cart_opened']);
    }));

test('an esbuild bundle delivers from node, minified or not', () =>
  withCollector(async (endpoint, arrived) => {
    for (const minify of [false, true]) {
      const outdir = join(app, `esbuild-${minify}`);
      await esbuild.build({
        stdin: { contents: program('waymark', endpoint), resolveDir: app },
        bundle: true,
        minify,
        splitting: true,
        format: 'esm',
        outdir,
        entryNames: 'app',
        outExtension: { '.js': '.mjs' },
      });
      for (const name of readdirSync(outdir)) if (name.startsWith('fallback')) rmSync(join(outdir, name));
      const output = await runFile(join(outdir, 'app.mjs'));
      assert.equal(output, DELIVERED);
      assert.deepEqual(arrived.splice(0), ['cart_opened']);
    }
  }));

test('a bundle that uses nothing of the package holds nothing of it', async () => {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `import 'waymark'; import { track } from 'waymark'; console.log(1);`, resolveDir: app },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  assert.ok(outputFiles[0].text.length < 200, outputFiles[0].text.slice(0, 300));
});

test('the default entry holds nothing of the watching but where it looks for it', () => {
  for (const name of ['track.js', 'track.min.js', 'url.js', 'js.js']) {
    assert.equal(read(`dist/${name}`).split('waymark.watch').length, 2, name);
    assert.doesNotMatch(read(`dist/${name}`), /waymark-overlay|core_starting|gzip_bytes/, name);
  }
});

test('a bundle that imports waymark/debug for nothing holds nothing of it', async () => {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `import 'waymark/debug'; import { watch } from 'waymark/debug'; console.log(1);`,
      resolveDir: app,
    },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  assert.ok(outputFiles[0].text.length < 200, outputFiles[0].text.slice(0, 300));
});

test('the classic script makes one global with the same functions', () => {
  const context = vm.createContext({ TextEncoder, TextDecoder, queueMicrotask });
  vm.runInContext(read('dist/track.min.js'), context);
  assert.deepEqual(Object.keys(context.waymark).sort(), NAMES);
  assert.equal(context.waymark.track('cart_opened'), 'disabled');
});

test('the types say what the functions take and give', () => {
  writeFileSync(
    join(app, 'app.ts'),
    `import { init, track, consent, flush, createTracker, type Verdict, type Tracker } from 'waymark';
     import * as byUrl from 'waymark/url';
     import * as byJs from 'waymark/js';
     import { inspect, showOverlay, subscribe, watch, type InspectedEvent } from 'waymark/debug';
     watch();
     const seen: InspectedEvent[] = inspect().trackers.flatMap(({ events }) => events);
     const waiting: boolean = seen.some(({ state }) => state === 'held');
     const unsubscribe: () => void = subscribe(() => {});
     // @ts-expect-error: not a state
     seen.filter(({ state }) => state === 'lost');
     showOverlay().remove();
     const tracker: Tracker = init({ writeKey: 'demo', endpoint: 'https://collect.example', sampling: { rate: 0.5, units: ['user'] } });
     interface Order { order_id: string }
     const order: Order = { order_id: 'ord_1' };
     const verdict: Verdict = track('order_paid', order, { purpose: 'necessary' });
     tracker.ready.then(() => {});
     flush({ timeoutMs: 5 }).then(({ acknowledged }) => acknowledged.toFixed());
     consent.set({ analytics: 'granted' });
     const stop: () => void = consent.onChange((choices) => choices.marketing);
     byUrl.init({ writeKey: 'demo', endpoint: 'https://collect.example', core: new URL('https://cdn.example/track.wasm') });
     byJs.createTracker({ writeKey: 'demo', endpoint: 'https://collect.example' });
     // @ts-expect-error: no write key
     createTracker({ endpoint: 'https://collect.example' });
     // @ts-expect-error: the default entry has its core inside
     createTracker({ writeKey: 'demo', endpoint: 'https://collect.example', core: '' });
     // @ts-expect-error: not a state
     consent.set({ analytics: 'yes' });
     // @ts-expect-error: not a purpose
     track('a_b', {}, { purpose: 'fun' });
     void [verdict, stop, waiting, unsubscribe];`,
  );
  for (const [module, moduleResolution] of [
    ['esnext', 'bundler'],
    ['nodenext', 'nodenext'],
  ]) {
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: 'es2022',
      types: [],
      skipLibCheck: false,
      module,
      moduleResolution,
    };
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', app], { stdio: 'inherit' });
  }
});

test('the lock file names no registry', () => {
  assert.doesNotMatch(readFileSync(join(root, 'package-lock.json'), 'utf8'), /"resolved": "http/);
});
