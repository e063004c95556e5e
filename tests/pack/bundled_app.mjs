// A small application that has the package installed, made into a page by each of the ways that people make pages.

import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import * as vite from 'vite';
import webpack from 'webpack';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the application does; `core` is the text of an option of init(), or nothing. */
const program = (entry, core = '') => `
  import { init, track, consent, flush } from '${entry}';
  init({ writeKey: 'demo', endpoint: location.origin, ${core} });
  const verdict = track('product_viewed', { price: 12.5 });
  consent.set({ analytics: 'granted' });
  flush().then((delivered) => (window.outcome = { verdict, ...delivered }));`;

const page = (script) => `<!doctype html><meta charset="utf-8"><title>App</title><body></body>${script}`;
const moduleTag = '<script type="module" src="./main.js"></script>';

/** Each writes index.html and what it needs into `out`; `app` is a folder with the package in its node_modules. */
export const ways = {
  async vite(app, entry, out) {
    await writeFile(join(app, 'main.js'), program(entry));
    await writeFile(join(app, 'index.html'), page(moduleTag));
    await vite.build({ root: app, configFile: false, logLevel: 'error', build: { outDir: out } });
  },

  async webpack(app, entry, out) {
    await writeFile(join(app, 'main.js'), program(entry));
    const compiler = webpack({
      mode: 'production',
      context: app,
      entry: './main.js',
      output: { path: out, filename: 'main.js' },
      performance: { hints: false },
    });
    const stats = await promisify(compiler.run).call(compiler);
    await promisify(compiler.close).call(compiler);
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString());
    await writeFile(join(out, 'index.html'), page('<script src="main.js"></script>'));
  },

  /** It does not follow `new URL('./track.wasm', import.meta.url)`, so the application says where the core is. */
  async esbuild(app, entry, out) {
    const contents =
      entry === 'waymark/url' ? `import core from 'waymark/track.wasm'; ${program(entry, 'core')}` : program(entry);
    await esbuild.build({
      stdin: { contents, resolveDir: app },
      bundle: true,
      minify: true,
      splitting: true,
      format: 'esm',
      loader: { '.wasm': 'file' },
      outdir: out,
      entryNames: 'main',
    });
    await writeFile(join(out, 'index.html'), page(moduleTag));
  },

  async 'a plain module script'(app, entry, out) {
    const file = { waymark: 'track.js', 'waymark/url': 'url.js' }[entry];
    await cp(join(app, 'node_modules/waymark/dist'), join(out, 'waymark'), { recursive: true });
    await writeFile(join(out, 'main.js'), program(`./waymark/${file}`));
    await writeFile(join(out, 'index.html'), page(moduleTag));
  },
};

/** Builds the application in a folder of its own. Resolves with the folder to serve and a function that removes all. */
export async function buildApp(way, entry) {
  const app = await mkdtemp(join(tmpdir(), 'waymark-app-'));
  const out = join(app, 'out');
  const installed = join(app, 'node_modules/waymark');
  await mkdir(out);
  await mkdir(installed, { recursive: true });
  for (const name of ['package.json', 'dist'])
    await cp(join(root, 'js', name), join(installed, name), { recursive: true });
  await writeFile(join(app, 'package.json'), '{"private":true,"type":"module"}');
  await ways[way](app, entry, out);
  return { out, remove: () => rm(app, { recursive: true }) };
}
