// Each tracker with the few lines that start it, as an application's bundler would make it.
import { build } from 'esbuild';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const pages = fileURLToPath(new URL('pages/', import.meta.url));
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

/**
 * Bundles pages/`name`.js into `directory`/`name`/entry.js, minified, with chunks of what is imported dynamically.
 * Returns the bytes that a page loads first: the entry and what it imports statically.
 */
export async function bundle(name, directory) {
  const outdir = join(directory, name);
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    entryPoints: { entry: join(pages, `${name}.js`) },
    outdir,
    absWorkingDir: outdir,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    metafile: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  });
  const loaded = new Set();
  const load = (path) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: next, kind } of metafile.outputs[path].imports) if (kind === 'import-statement') load(next);
  };
  load('entry.js');
  const files = [...loaded].map((path) => readFileSync(join(outdir, path)));
  const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
  return {
    minified: sum(files.map((bytes) => bytes.length)),
    brotli: sum(files.map((bytes) => brotliCompressSync(bytes, quality).length)),
  };
}
