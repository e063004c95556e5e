#include "native/plan/generate/node_client.hpp"

namespace waymark::plan {

const std::string_view node_ping_module =
    R"js(// Anonymous counts: that an action was used, and nothing about who used it. Node 18 or newer, no dependency.
//
//   import { init, firstRunNotice, ping } from './ping.mjs';
//   init({ endpoint: 'https://collect.example.com', version: '1.2.0' });
//   const notice = firstRunNotice(); // empty but for the first run
//   if (notice) console.error(notice);
//   ping(...);
//
// A ping carries the tool, the action, the version, the operating system, a count and a duration: no id, no address, no
// text of the user. The first run sends nothing, so that one can switch it off before. Nothing is ever sent when
// DO_NOT_TRACK is set, when {{variable}} is 0, or where CI runs. A ping is sent by a small process of its own, so that the
// tool neither waits for it nor for a name server. Nothing is thrown or printed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';

const tool = {{tool}};
const notice = {{notice}};
const ciVariables = [{{ci_variables}}];
const pingsPerRun = 20; // those beyond are left out

const sender = `
  const get = process.argv[1].startsWith('https:') ? require('node:https').get : require('node:http').get;
  get(process.argv[1], (answer) => answer.resume()).on('error', () => {});
  setTimeout(() => process.exit(), 2000).unref();
`;

let url = ''; // empty: nothing is sent
let parameters = {};
let mayShowNotice = false;
let pings = 0;

// Not trim(), which knows more white space than other programs that read these variables.
const normal = (name) => (process.env[name] ?? '').replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '').toLowerCase();

export function whyOff() {
  if (![{{no_signal}}].includes(normal('DO_NOT_TRACK'))) return 'DO_NOT_TRACK';
  if ([{{off_words}}].includes(normal({{variable_literal}}))) return {{variable_literal}};
  if (process.env.CI === 'false') return '';
  return ciVariables.find((name) => process.env[name]) ?? '';
}

function pingUrl(endpoint) {
  try {
    const { protocol, hostname, origin, pathname } = new URL(endpoint);
    const isThisMachine = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
    if (protocol !== 'https:' && !(protocol === 'http:' && isThisMachine)) return '';
    return origin + pathname.replace(/\/+$/, '') + '/t';
  } catch {
    return '';
  }
}

// What calls itself node can run a script; a program with Node inside would start itself once more.
const isPlainNode = () => /^node(js)?(\.exe)?$/i.test(basename(process.execPath)) && !process.versions.electron;

function noticeFile() {
  const base = process.platform === 'win32' ? process.env.APPDATA : process.env.XDG_CONFIG_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), '.config'), tool, 'telemetry-notice');
}

export function init(options) {
  url = '';
  mayShowNotice = false;
  try {
    const { endpoint, version = '', enabled = true, noticeShown = false } = options ?? {};
    if (enabled === false || whyOff() || !pingUrl(endpoint) || !isPlainNode()) return;
    const os = { darwin: 'macos', win32: 'windows' }[process.platform] ?? process.platform;
    parameters = { t: tool, v: String(version).replace(/[^\w.+-]/g, '').slice(0, 32), os };
    if (noticeShown || existsSync(noticeFile())) url = pingUrl(endpoint);
    else mayShowNotice = true;
  } catch {
    url = '';
  }
}

export function firstRunNotice() {
  if (!mayShowNotice) return '';
  mayShowNotice = false;
  try {
    mkdirSync(dirname(noticeFile()), { recursive: true });
    writeFileSync(noticeFile(), '');
  } catch {
    // It is shown again, and nothing is sent until it can be remembered.
  }
  return notice;
}

export function ping(event, { count, durationMs } = {}) {
  try {
    if (!url || pings >= pingsPerRun) return false;
    pings += 1;
    const query = new URLSearchParams({ ...parameters, e: event });
    if (count !== undefined) query.set('n', String(Math.trunc(count)));
    if (durationMs !== undefined) query.set('ms', String(Math.trunc(durationMs)));
    const child = spawn(process.execPath, ['-e', sender, `${url}?${query}`], {
      cwd: dirname(process.execPath),
      detached: true,
      env: process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {},
      stdio: 'ignore',
      windowsHide: true,
    });
    child.on('error', () => {});
    child.unref();
    return true;
  } catch {
    return false;
  }
}
)js";

const std::string_view node_ping_types = R"ts(
export interface Options {
  /** The collector's base URL: https, or http on this machine. The collector must know the tool by `--tool`. */
  endpoint: string;
  /** The tool's own version; letters, digits and . _ - + of it are sent, 32 at most. */
  version?: string;
  /** False switches everything off. */
  enabled?: boolean;
  /** True for a tool that tells its users before it is run, in its installer for example. */
  noticeShown?: boolean;
}

/** Says where pings go. Call it once, first. Never throws. */
export function init(options: Options): void;
/**
 * What to tell the user, once for each user of a machine; else nothing. In the run that shows it nothing is sent. That
 * it was shown is remembered by an empty file in the user's configuration directory.
 */
export function firstRunNotice(): string;
/** Counts that `event` was used, in the background. Returns whether a ping was begun. Never throws. */
export function ping(event: Event, options?: { count?: number; durationMs?: number }): boolean;
/** The variable that forbids pings, or nothing. */
export function whyOff(): string;
)ts";

}  // namespace waymark::plan
