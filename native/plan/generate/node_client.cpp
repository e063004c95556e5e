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
// Not trim(), which knows more white space than other programs that read these variables.
const normal = (name) => (process.env[name] ?? '').replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '').toLowerCase();

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

}  // namespace waymark::plan
