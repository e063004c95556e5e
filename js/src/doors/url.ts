// The file door: the core comes from track.wasm beside this script, or from what the application gives.
import { ABI_VERSION, type CoreExports } from '../core.js';
import type { Door } from '../door.js';
import type { CoreOption } from '../types.js';

/** Spelled so that bundlers see the file and bring it along; with a variable in it webpack would not follow. */
const ownCore = () => new URL('./track.wasm', import.meta.url);

/** The bytes of a file. Node's fetch does not read file URLs. */
async function load(file: URL): Promise<Response | BufferSource> {
  if (file.protocol !== 'file:') return fetch(file);
  const { readFileSync } = (globalThis as NodeGlobals).process!.getBuiltinModule('node:fs');
  return readFileSync(file);
}

interface NodeGlobals {
  process?: { getBuiltinModule(name: 'node:fs'): { readFileSync(file: URL): Uint8Array<ArrayBuffer> } };
}

async function compile(source: Response | BufferSource): Promise<WebAssembly.Module> {
  if (!(source instanceof Response)) return WebAssembly.compile(source);
  if (!source.ok) throw new Error(`the core was answered with status ${source.status}`);
  // A wrong type would make streaming fail after the body is used up.
  return /^application\/wasm/.test(source.headers.get('content-type') || '')
    ? WebAssembly.compileStreaming(source)
    : WebAssembly.compile(await source.arrayBuffer());
}

/** Rejects a core of another ABI, as a file beside another release of this script would be. */
export const urlDoor: Door<CoreOption> = async ({ core }) => {
  let source = await (core ?? ownCore());
  if (typeof source === 'string') source = new URL(source, ownCore());
  if (source instanceof URL) source = await load(source);
  const module = source instanceof WebAssembly.Module ? source : await compile(source);
  const exports = (await WebAssembly.instantiate(module)).exports as unknown as CoreExports;
  const version = exports.waymark_abi_version();
  if (version !== ABI_VERSION) throw new Error(`core ABI is ${version}, not ${ABI_VERSION}`);
  return exports;
};
