// A started core and what it asks the host for: to send, to store, to be woken. At most one timer is pending.
import { attach, ENTROPY_BYTES, SEND, STORE, WAIT, type CoreExports } from './core.js';
import { post } from './send.js';
import type { FlushCounts, Verdict } from './types.js';
import { REASONS, VERDICTS } from './verdicts.js';

// A longer timer overflows and fires at once.
const LONGEST_TIMER_MS = 1e9;

/** What waymark_totals counts. */
type Counts = [
  accepted: number,
  acknowledged: number,
  rejected: number,
  dropped: number,
  wiped: number,
  redactions: number,
];

export interface Host {
  fetch: typeof fetch;
  url: string;
  /** The core's config, and the state of an earlier start. */
  start: string;
  granted: number;
  denied: number;
  /** Keeps the state in place of the one before. */
  store(state: string): void;
  /** A call that the core held got its verdict. */
  decided(name: string, verdict: Verdict, reason: string): void;
  /** The core broke down. */
  fault(error: unknown): void;
}

export type Running = ReturnType<typeof run>;

/** Starts a fresh core. Throws if it refuses the config or is not of this ABI. */
export function run(exports: CoreExports, startMs: number, host: Host) {
  const [input, result, put, bytes] = attach(exports);
  const aborter = new AbortController();
  const names = new Map<number, string>(); // of the calls the core holds, by ticket
  const waiters = new Set<(isLast?: boolean) => void>();
  let isOpen = true;
  let isPumpDue = false;
  let isFailing = false;
  let timer: ReturnType<typeof setTimeout>;
  let wakeAtMs = Infinity;

  const takeText = () => new TextDecoder().decode(bytes());

  function seed() {
    crypto.getRandomValues(input.subarray(0, ENTROPY_BYTES));
    exports.waymark_seed();
  }

  function explain(): string {
    exports.waymark_explain();
    return takeText();
  }

  function totals(): Counts {
    exports.waymark_totals();
    return [...new Uint32Array(bytes().buffer)] as Counts;
  }

  /** Sets the one timer; Infinity is never. */
  function wake(atMs: number) {
    if (atMs === wakeAtMs) return;
    clearTimeout(timer);
    wakeAtMs = atMs;
    if (atMs === Infinity) return;
    timer = setTimeout(
      () => {
        wakeAtMs = Infinity;
        pump();
      },
      Math.min(atMs - Date.now(), LONGEST_TIMER_MS),
    );
    // A process that is done waits for the first delivery, but not for a collector that is down.
    if (isFailing) (timer as { unref?(): void }).unref?.();
  }

  async function send(batch: number, body: Uint8Array<ArrayBuffer>) {
    const { status, retryAfterMs, rejected } = await post(host.fetch, host.url, body, aborter.signal);
    if (!isOpen) return;
    isFailing = !status || status > 428;
    exports.waymark_respond(Date.now(), batch, status, retryAfterMs, Math.max(0, put(JSON.stringify(rejected))));
    pump();
  }

  /** Carries out all that the core wants done now. */
  function pump() {
    isPumpDue = false;
    try {
      while (isOpen) {
        const kind = exports.waymark_poll(Date.now());
        if (kind <= WAIT) {
          wake(kind === WAIT ? new Float64Array(result.slice(4).buffer)[0]! : Infinity);
          break;
        }
        const [, id, detail] = result as unknown as [number, number, number];
        if (kind === SEND) send(id, bytes()).catch(host.fault);
        else if (kind === STORE) host.store(takeText());
        else {
          host.decided(names.get(id)!, VERDICTS[detail & 255]!, REASONS[detail >> 8]!);
          names.delete(id);
        }
      }
      waiters.forEach((check) => check());
    } catch (error) {
      host.fault(error);
    }
  }

  seed();
  if (exports.waymark_start(startMs, host.granted, host.denied, put(host.start)))
    throw new Error('bad_config: the core refuses the options');

  return {
    pump,
    explain,

    /** The number of the verdict on one event. */
    track(timeMs: number, purpose: number, name: string, properties: string): number {
      const outcome = exports.waymark_track(timeMs, purpose, put(name + '\n' + properties));
      if (outcome >>> 16) names.set(outcome >>> 16, name);
      if (!isPumpDue) {
        isPumpDue = true;
        queueMicrotask(pump); // once a task, however many calls it makes
      }
      return outcome & 255;
    },
    /** Who it is from now on. True if the core refuses the id: then it is nobody. */
    setUser(user: string): boolean {
      const length = put(user);
      const isRefused = length < 0 || exports.waymark_set_user(length) > 0;
      if (isRefused) exports.waymark_set_user(0);
      return isRefused;
    },
    /** What events say of where they are made. What the core refuses is left out. */
    setContext(part: number, object: string) {
      if (exports.waymark_set_context(part, Math.max(0, put(object)))) exports.waymark_set_context(part, 0);
    },
    reset() {
      seed();
      exports.waymark_reset();
    },
    setConsent(granted: number, denied: number) {
      seed();
      exports.waymark_set_consent(Date.now(), granted, denied);
      pump();
    },
    /** The page is being left: all that is queued goes out in this task. */
    leave() {
      exports.waymark_flush(1);
      pump();
    },
    online() {
      exports.waymark_online(Date.now());
      pump();
    },
    flush(timeoutMs: number, resolve: (counts: FlushCounts) => void) {
      const before = totals();
      const queued = before[0] - before[1] - before[2] - before[3] - before[4];
      const check = (isLast?: boolean) => {
        const [, acknowledged, rejected, dropped, wiped] = totals().map(
          (total, index) => total - before[index]!,
        ) as Counts;
        const pending = Math.max(0, queued - acknowledged - rejected - dropped - wiped);
        if (pending && !isLast) return;
        clearTimeout(timer);
        waiters.delete(check);
        resolve({ acknowledged, rejected, dropped, pending });
      };
      const timer = setTimeout(check, timeoutMs, true);
      waiters.add(check);
      exports.waymark_flush(0);
      pump();
    },
    /** Stops at once and leaves nothing in memory. */
    close() {
      isOpen = false;
      aborter.abort();
      clearTimeout(timer);
      waiters.forEach((check) => check(true));
      new Uint8Array(input.buffer).fill(0);
      names.forEach((name) => host.decided(name, 'denied', 'consent_denied'));
    },
  };
}
