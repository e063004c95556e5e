// A fresh core by each of the three doors, without the script around it.
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

const dist = new URL('../../js/dist/', import.meta.url);

/** The short name that each export of wasm/abi.h has in the package. */
export const shortNames = JSON.parse(readFileSync(new URL('../../build/js/exports.json', import.meta.url), 'utf8'));

const named = (exports) =>
  Object.fromEntries(Object.entries(shortNames).map(([name, short]) => [name, exports[short]]));

/** What makes a module of the streams in the script. */
async function importAssemble() {
  const source = readFileSync(new URL('../../js/src/doors/assemble.ts', import.meta.url));
  const { code } = transformSync(source, { loader: 'ts', format: 'esm' });
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).assemble;
}

export const DOORS = {
  inline: async () => {
    const { starts, unpack } = await import('../../build/js/core_ascii.js');
    const assemble = await importAssemble();
    return named(new WebAssembly.Instance(new WebAssembly.Module(assemble(unpack(), starts()))).exports);
  },
  url: async () => named((await WebAssembly.instantiate(readFileSync(new URL('track.wasm', dist)))).instance.exports),
  js: async () => named((await import(new URL('fallback.js', dist))).instantiate()),
};

/** The doors that DOOR names, or all that this process can open. */
export const doors = process.env.DOOR
  ? [process.env.DOOR]
  : Object.keys(DOORS).filter((door) => door === 'js' || typeof WebAssembly === 'object');

const TOO_LONG = 0xffffffff;

/** The calls of wasm/abi.h on one core, with text in and values out. */
export async function openCore(door) {
  const exports = await DOORS[door]();
  const { buffer } = exports.memory;
  const input = () => new Uint8Array(buffer, exports.waymark_input(), 65536);
  const put = (text) => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    if (bytes.length > 65536) return TOO_LONG;
    input().set(bytes);
    return bytes.length;
  };
  const result = () => new Uint32Array(buffer, exports.waymark_result(), 6);
  const text = () => new TextDecoder().decode(new Uint8Array(buffer, result()[2], result()[3]));
  const outcome = (word) => ({ verdict: word & 255, reason: (word >>> 8) & 255, ticket: word >>> 16 });
  return {
    exports,
    buffer,
    put,
    text,
    seed(byte = 1) {
      input().fill(byte, 0, 16);
      exports.waymark_seed();
    },
    /** `granted` and `denied` are sets of purposes, as bits. */
    start: (nowMs, config, { granted = 1 << ANALYTICS, denied = 0, state = '' } = {}) =>
      exports.waymark_start(
        nowMs,
        granted,
        denied,
        put(LINES.map((name) => `${config[name] ?? ''}\n`).join('') + state),
      ),
    /** `text` is the name, a newline and the properties, or bytes. */
    track: (nowMs, purpose, text) => outcome(exports.waymark_track(nowMs, purpose, put(text))),
    setUser: (text) => exports.waymark_set_user(put(text)),
    setContext: (part, text) => exports.waymark_set_context(part, put(text)),
    flush: (leaving = 0) => exports.waymark_flush(leaving),
    poll(nowMs) {
      const kind = exports.waymark_poll(nowMs);
      const words = result();
      return {
        kind: ['idle', 'wait', 'send', 'store', 'decided'][kind],
        id: words[1],
        detail: words[2],
        atMs: new DataView(buffer).getFloat64(exports.waymark_result() + 16, true),
        text: kind === 2 || kind === 3 ? text() : '',
      };
    },
    /** All that is to be done now, in order; each batch is answered with `status`. */
    drain(nowMs, status = 200) {
      const done = [];
      for (;;) {
        const action = this.poll(nowMs);
        if (action.kind === 'idle' || action.kind === 'wait') return done;
        done.push(action);
        if (action.kind === 'send') exports.waymark_respond(nowMs, action.id, status, -1, 0);
      }
    },
    explain() {
      exports.waymark_explain();
      return text();
    },
    totals() {
      exports.waymark_totals();
      return [...new Uint32Array(buffer, result()[2], 6)];
    },
  };
}

export const NOW_MS = Date.UTC(2024, 10, 14, 10);
export const CONFIG = { batch: '"write_key":"demo","sdk":{"name":"test","version":"1"}' };

// The lines of the config, in the order of core/config.hpp.
const LINES =
  'batch context purposes while_unknown names events_per_minute sample_rate sample_salt sample_units sample_always url_parameters allowed_keys profile'.split(
    ' ',
  );
export const ANALYTICS = 2;

export async function startCore(door, config = CONFIG, more) {
  const core = await openCore(door);
  core.seed();
  core.start(NOW_MS, config, more);
  return core;
}
