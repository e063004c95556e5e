// Reads what crosses the border to a core (wasm/abi.h), and changes nothing of it.
import { INPUT_BYTES, SEND, WAIT, type CoreExports } from '../core.js';
import type { InspectedTotals } from '../inspection.js';
import { REASONS, VERDICTS } from '../verdicts.js';
import { NAME_CHARACTERS } from './bounds.js';
import type { BatchBody, BatchEvent, Ledger } from './ledger.js';

const DECIDED = 4; // of waymark_poll
const NEWLINE = 10;

export interface Observer {
  ledger: Ledger;
  /** The core's counts so far. */
  count(totals: InspectedTotals): void;
  /** Something has happened. */
  changed(): void;
  /** What it reads is not what it expects. */
  fail(error: unknown): void;
  /** `explain` was called. */
  explained(): void;
}

/** The events and the instance in an entry of a journal: JSON between the heads of records (core/outbox/log.hpp). */
export function readEntry(text: string): { instance: string; events: BatchEvent[] } {
  const instance = /"instance_id":"(\w+)"/.exec(text)?.[1] ?? '';
  const events = text.match(/\{"event_name":"[^]*?,"sequence":\d+(?:,"timestamp":"[^"]*")?[^{}]*\}/g) ?? [];
  return { instance, events: events.map((event) => JSON.parse(event) as BatchEvent) };
}

/** The same exports, of which the observer is told. What goes wrong in telling goes to the observer alone. */
export function observe(core: CoreExports, observer: Observer): CoreExports {
  const { ledger } = observer;
  const { buffer } = core.memory;
  const input = new Uint8Array(buffer, core.waymark_input(), INPUT_BYTES);
  const result = new Uint32Array(buffer, core.waymark_result(), 6);
  const decoder = new TextDecoder();
  const read = (bytes: Uint8Array) => decoder.decode(bytes.slice());
  const given = (length: number) => read(input.subarray(0, length < 0 ? INPUT_BYTES : length));
  const taken = () => read(new Uint8Array(buffer, result[2], result[3]));
  let dropped = 0;

  function tell(what: () => unknown) {
    try {
      if (what() !== false) observer.changed();
    } catch (error) {
      observer.fail(error);
    }
  }

  /** Only after a call whose result words nobody reads. Returns how many events were given up since the last time. */
  function count(): number {
    core.waymark_totals();
    const [accepted = 0, acknowledged = 0, rejected = 0, lost = 0, wiped = 0] = new Uint32Array(buffer, result[2], 5);
    observer.count({ accepted, acknowledged, rejected, dropped: lost, wiped });
    const more = lost - dropped;
    dropped = lost;
    return more;
  }

  return {
    ...core,
    waymark_start(nowMs, granted, denied, length) {
      tell(() => ledger.start(granted));
      return core.waymark_start(nowMs, granted, denied, length);
    },
    waymark_track(nowMs, purpose, length, userRefused) {
      const end = input.indexOf(NEWLINE);
      const name = read(input.subarray(0, Math.max(0, Math.min(end, 4 * NAME_CHARACTERS)))).slice(0, NAME_CHARACTERS);
      const outcome = core.waymark_track(nowMs, purpose, length, userRefused);
      tell(() => {
        let explain = '';
        if (outcome) {
          core.waymark_explain();
          explain = taken();
        }
        ledger.track(nowMs, purpose, name, VERDICTS[outcome & 255]!, outcome >>> 16, explain);
        count();
      });
      return outcome;
    },
    waymark_flush(leaving) {
      core.waymark_flush(leaving);
      if (leaving) tell(() => (ledger.leave(), false));
    },
    waymark_set_consent(nowMs, granted, denied) {
      core.waymark_set_consent(nowMs, granted, denied);
      tell(() => {
        ledger.consent(granted, denied);
        count();
      });
    },
    waymark_poll(nowMs) {
      tell(() => ledger.expire(nowMs));
      const kind = core.waymark_poll(nowMs);
      if (kind <= WAIT) tell(() => (ledger.rest(), false));
      if (kind === SEND) tell(() => ledger.send(nowMs, result[1]!, JSON.parse(taken()) as BatchBody, result[3]!));
      else if (kind === DECIDED)
        tell(() => ledger.decide(result[1]!, VERDICTS[result[2]! & 255]!, REASONS[result[2]! >> 8] ?? ''));
      return kind;
    },
    waymark_compress() {
      core.waymark_compress();
      tell(() => ledger.compress(result[3]!));
    },
    waymark_respond(nowMs, batch, status, retryAfterMs, length) {
      const rejected = (given(length).match(/\d+/g) ?? []).map(Number);
      core.waymark_respond(nowMs, batch, status, retryAfterMs, length);
      tell(() => ledger.respond(nowMs, batch, status, rejected, count()));
    },
    waymark_restore(nowMs, length) {
      const entry = given(length);
      const refused = core.waymark_restore(nowMs, length);
      tell(() => {
        if (!refused) {
          const { instance, events } = readEntry(entry);
          ledger.restore(nowMs, instance, events);
        }
        count();
      });
      return refused;
    },
    waymark_explain() {
      observer.explained();
      core.waymark_explain();
    },
  };
}
