#include "native/plan/generate/node_client.hpp"

namespace waymark::plan {

const std::string_view node_client_module =
    R"js(// Events of the tracking plan, sent to a collector one by one. Node 18 or newer, no dependency.
//
//   import { init, logEvent } from './track.mjs';
//   init({ writeKey: '...', endpoint: 'https://collect.example.com', consent: ['analytics'] });
//   const { verdict } = await logEvent(...);
//
// Nothing here throws or rejects, and nothing is printed. Nothing is sent when DO_NOT_TRACK is set, when {{variable}} is
// 0, when `enabled` is false, or without consent to the event's purpose.
import { randomUUID } from 'node:crypto';

export const planVersion = {{version}};

// At most so many events are under way at once; more are refused.
const inFlight = 32;
const answerBytes = 64 * 1024;
const longestWaitMs = 60_000;

const purposes = new Map([
{{purposes}}]);

let settings;
let whyDisabled = 'init was not called';
let underWay = 0;
let failures = 0;
let notBefore = 0; // performance.now() before which nothing is tried

const outcome = (verdict, reason = '') => ({ verdict, reason });
const normal = (name) => (process.env[name] ?? '').trim().toLowerCase();

/** The variable that forbids sending, or nothing. */
function optOut() {
  if (![{{no_signal}}].includes(normal('DO_NOT_TRACK'))) return 'DO_NOT_TRACK';
  if ([{{off_words}}].includes(normal({{variable_literal}}))) return {{variable_literal}};
  return '';
}

/** The URL that events go to; undefined if it is neither https nor http on this machine. */
function eventUrl(endpoint) {
  try {
    const url = new URL(endpoint);
    const isThisMachine = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine)) return undefined;
    return url.origin + url.pathname.replace(/\/+$/, '') + '/event';
  } catch {
    return undefined;
  }
}

export function init(options) {
  const { writeKey, endpoint, consent, appVersion = '', timeoutMs = 2000, enabled = true } = options ?? {};
  const url = eventUrl(endpoint);
  whyDisabled = enabled === false ? 'enabled: false' : optOut();
  if (!whyDisabled && !url) whyDisabled = 'endpoint is neither https nor http on this machine';
  settings = whyDisabled ? undefined : { writeKey, url, consent: [consent ?? []].flat(), appVersion, timeoutMs };
  failures = 0;
  notBefore = 0;
}

export async function logEvent(event, properties = {}, details = {}) {
  try {
    const body = bodyOf(event, properties, details ?? {});
    if (typeof body !== 'string') return body;
    if (performance.now() < notBefore) return outcome('failed', 'the collector failed before; it is tried again later');
    if (underWay >= inFlight) return outcome('queue_full', 'too many events are under way');
    underWay += 1;
    try {
      return await post(body);
    } finally {
      underWay -= 1;
    }
  } catch (problem) {
    return outcome('failed', String(problem));
  }
}

/** The request's body, or the outcome if there is to be none. */
function bodyOf(event, properties, { userId, anonymousId, consent, eventId, timestamp }) {
  if (!settings) return outcome('disabled', whyDisabled);
  const purpose = purposes.get(event);
  if (purpose === undefined) return outcome('invalid', 'the plan has no event of this name');
  const granted = consent === undefined ? settings.consent : [consent].flat();
  if (purpose !== 'necessary' && !granted.includes(purpose)) return outcome('denied', `no consent to ${purpose}`);
  try {
    return JSON.stringify({
      write_key: settings.writeKey,
      event_id: eventId ?? randomUUID(),
      event_name: event,
      timestamp: new Date(timestamp ?? Date.now()).toISOString(),
      user_id: userId,
      anonymous_id: anonymousId,
      consent: granted,
      plan_version: planVersion,
      app_version: settings.appVersion || undefined,
      sdk: { name: 'waymark-node', version: '1' },
      properties,
    });
  } catch (problem) {
    return outcome('invalid', `the properties are no JSON: ${problem}`);
  }
}

async function post(body) {
  const signal = AbortSignal.timeout(settings.timeoutMs);
  let response;
  let answer;
  try {
    response = await fetch(settings.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
      redirect: 'error',
      signal,
    });
    answer = await readAnswer(response);
  } catch (problem) {
    leaveAlone(0);
    return outcome('failed', signal.aborted ? 'no answer in time' : String(problem?.cause ?? problem));
  }
  if (response.ok) {
    failures = 0;
    return outcome('accepted');
  }
  const reason = `HTTP ${response.status}${errorIn(answer)}`;
  if (response.status === 400 || response.status === 413) return outcome('invalid', reason);
  leaveAlone(Number(response.headers.get('retry-after')) * 1000 || 0);
  return outcome(response.status === 429 ? 'rate_limited' : 'failed', reason);
}

async function readAnswer(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > answerBytes) break;
  }
  return Buffer.concat(chunks).toString();
}

/** The reason that the collector gives, with the place, as far as it can be read. */
function errorIn(answer) {
  try {
    const parsed = JSON.parse(answer);
    const { reason, error, path, message } = parsed.rejected?.[0] ?? parsed;
    return [reason, error, path, message].filter((part) => typeof part === 'string' && part).map((part) => `: ${part}`).join('');
  } catch {
    return '';
  }
}

/** After a failure the collector is left alone: a second, then twice as long each time, a minute at most. */
function leaveAlone(waitMs) {
  failures = Math.min(failures + 1, 16);
  notBefore = performance.now() + Math.min(Math.max(waitMs, 1000 * 2 ** (failures - 1)), longestWaitMs);
}
)js";

const std::string_view node_client_types = R"ts(
/** What became of an event. `failed`: no answer, or none that helps. */
export interface Outcome {
  verdict: 'accepted' | 'denied' | 'disabled' | 'invalid' | 'rate_limited' | 'queue_full' | 'failed';
  reason: string;
}

export interface Options {
  writeKey: string;
  /** The collector's base URL: https, or http on this machine. */
  endpoint: string;
  /** The purposes that the people whom the events are about agreed to; a call of `logEvent` may say otherwise. */
  consent: readonly string[];
  appVersion?: string;
  /** How long `logEvent` waits at most. 2000 when left out. */
  timeoutMs?: number;
  /** False switches everything off. */
  enabled?: boolean;
}

export interface Details {
  userId?: string;
  anonymousId?: string;
  /** The purposes that this person agreed to, when it is not what `init` was told. */
  consent?: readonly string[];
  /** A UUID. Give the same again to send an event again: the collector keeps one. */
  eventId?: string;
  /** When it happened, if not now. */
  timestamp?: Date | string | number;
}

export const planVersion: number;
/** Says where events go. Call it once, before the first event; a later call replaces the earlier. Never throws. */
export function init(options: Options): void;
/** Sends an event and resolves when it is answered, or the time is over. Never rejects. */
export const logEvent: LogEvent;
)ts";

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

const normal = (name) => (process.env[name] ?? '').trim().toLowerCase();

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
