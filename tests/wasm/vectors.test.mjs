// Plays the golden scripts of tests/vectors on the shipped core by every door, through the raw calls of wasm/abi.h.
// tests/core/vectors_test.cpp plays the same ones natively: all of them decide alike and write the same bytes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DOORS, doors } from './doors.mjs';

const folder = new URL('../vectors/', import.meta.url);
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]);

/** The names of one enum of core/verdict.hpp, in order: these numbers are part of the ABI. */
function namesOf(enumeration) {
  const header = readFileSync(new URL('../../core/verdict.hpp', import.meta.url), 'utf8');
  const [, body] = header.match(new RegExp(`enum class ${enumeration} : \\w+ {([^}]*)}`));
  return body.replace(/\/\/.*/g, '').match(/\w+/g);
}
const VERDICTS = namesOf('Verdict');
const REASONS = namesOf('Reason');

const CONFIG_LINES = 13;
/** FNV-1a, 32 bits. */
const fnv = (bytes) => bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 16777619) >>> 0, 2166136261);

const ACTIONS_A_POLL = 400;
const INPUT_BYTES = 65536;
const TOO_LONG = 0xffffffff;

/** The bytes that a script's text stands for: ${x*80} is x 80 times, ${#c0af} are bytes. */
function expand(text = '') {
  const pieces = text.split(/(\$\{#[0-9a-f]*\}|\$\{.\*\d+\})/su).map((piece) => {
    const [, hex, letter, times] = piece.match(/^\$\{(?:#([0-9a-f]*)|(.)\*(\d+))\}$/su) ?? [];
    if (hex !== undefined) return Buffer.from(hex, 'hex');
    return Buffer.from(letter === undefined ? piece : letter.repeat(Number(times)));
  });
  return Buffer.concat(pieces);
}

/** Long runs of one letter become ${x*80} again. */
const shorten = (text) => text.replace(/([\0-\x7f])\1{63,}/g, (run, letter) => `\${${letter}*${run.length}}`);

/** A host that carries out a script on one core after another. */
class Host {
  constructor(open, script) {
    this.open = open;
    this.startMs = script.start;
    this.config = script.config;
    this.state = script.state ?? '';
  }

  /** Starts a fresh core; before this the host can do nothing. */
  async begin({ granted, denied, entropy }, atMs = 0) {
    this.core = await this.open();
    this.seed(entropy);
    const lines = Array.from({ length: CONFIG_LINES }, (_, index) => [expand(this.config[index]), Buffer.from('\n')]);
    const length = this.put(Buffer.concat([...lines.flat(), Buffer.from(this.state)]));
    return REASONS[this.core.waymark_start(this.startMs + atMs, granted, denied, length)];
  }

  put(bytes) {
    if (bytes.length > INPUT_BYTES) return TOO_LONG;
    new Uint8Array(this.core.memory.buffer, this.core.waymark_input()).set(bytes);
    return bytes.length;
  }

  seed(entropy) {
    this.put(Buffer.from(entropy, 'hex'));
    this.core.waymark_seed();
  }

  words(count = 6, pointer = this.core.waymark_result()) {
    return [...new Uint32Array(this.core.memory.buffer, pointer, count)];
  }

  journal = new Map();

  /** The bytes that the last call points to. */
  bytes() {
    const [, , pointer, length] = this.words();
    return new Uint8Array(this.core.memory.buffer, pointer, length).slice();
  }

  /** The text that the last call points to; throws if it is not UTF-8. */
  text() {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes());
  }

  /** The text of a batch, by way of its gzip. */
  body() {
    const text = this.text();
    this.core.waymark_compress();
    const packed = this.bytes();
    if (packed.length) assert.equal(String(gunzipSync(packed)), text);
    return text;
  }

  explain() {
    this.core.waymark_explain();
    return shorten(this.text());
  }

  track(now, name, properties, purpose, userRefused = 0) {
    const length = this.put(Buffer.concat([name, Buffer.from('\n'), properties]));
    const outcome = this.core.waymark_track(now, purpose, length, userRefused);
    const answer = { verdict: VERDICTS[outcome & 255], reason: REASONS[(outcome >>> 8) & 255] };
    if (outcome >>> 16) answer.ticket = outcome >>> 16;
    const explain = this.explain();
    return explain ? { ...answer, explain } : answer;
  }

  /** Composes what is no call of its own from those that are, as core/tracker.cpp does. */
  decide(step, now) {
    const purpose = step.purpose ?? 2;
    const traits = expand(step.traits);
    switch (step.call) {
      case 'track':
        return this.track(now, expand(step.name), expand(step.properties), purpose);
      case 'page':
        this.setContext('page', step.page);
        return this.track(now, Buffer.from('page_viewed'), expand(step.properties), purpose);
      case 'identify':
        return this.track(
          now,
          Buffer.from('user_identified'),
          traits,
          purpose,
          this.core.waymark_set_user(this.put(expand(step.user_id))),
        );
      default: {
        const id = JSON.stringify(String(expand(step.group_id)));
        const object = traits.includes('{') ? traits.subarray(traits.indexOf('{') + 1) : Buffer.from('}');
        const members = Buffer.from(object.toString('latin1').trim(), 'latin1');
        const comma = String(members).trimStart().startsWith('}') ? '' : ',';
        const properties = Buffer.concat([Buffer.from(`{"group_id":${id}${comma}`), members]);
        return this.track(now, Buffer.from('group_identified'), properties, purpose);
      }
    }
  }

  setUser(userId) {
    return REASONS[this.core.waymark_set_user(this.put(expand(userId)))];
  }

  setContext(part, object) {
    return REASONS[this.core.waymark_set_context(part === 'page' ? 1 : 0, this.put(expand(object)))];
  }

  poll(now) {
    const actions = [];
    while (actions.length < ACTIONS_A_POLL) {
      const kind = this.core.waymark_poll(now);
      const [, id, detail] = this.words();
      if (kind === 0) return [...actions, { kind: 'idle' }];
      if (kind === 1) {
        const wakeMs = new DataView(this.core.memory.buffer).getFloat64(this.core.waymark_result() + 16, true);
        return [...actions, { kind: 'wait', wake_ms: wakeMs - this.startMs }];
      }
      if (kind === 2) actions.push({ kind: 'send', batch: id, body: shorten(this.body()) });
      else if (kind === 3) actions.push({ kind: 'store', state: (this.state = this.text()) });
      else if (kind === 5) {
        const bytes = this.bytes();
        this.journal.set(id, bytes);
        actions.push({ kind: 'keep', entry: id, bytes: bytes.length, hash: fnv(bytes) });
      } else if (kind === 6) {
        for (const entry of [...this.journal.keys()]) if (entry <= id) this.journal.delete(entry);
        actions.push({ kind: 'forget', entry: id });
      } else {
        const answer = { verdict: VERDICTS[detail & 255], reason: REASONS[detail >>> 8] };
        actions.push({ kind: 'decided', ticket: id, ...answer });
      }
    }
    throw new Error('poll does not come to an end');
  }

  totals() {
    this.core.waymark_totals();
    const [accepted, acknowledged, rejected, dropped, wiped, redactions] = this.words(6, this.words()[2]);
    return { accepted, acknowledged, rejected, dropped, wiped, redactions };
  }

  /** What the core answers to a step, by the names under which the script has its expectations. */
  async play(step) {
    const now = this.startMs + step.at;
    switch (step.call) {
      case 'track':
      case 'page':
      case 'identify':
      case 'group': {
        const answers = Array.from({ length: step.times ?? 1 }, () => this.decide(step, now));
        const verdicts = {};
        for (const { verdict } of answers) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
        return { ...answers.at(-1), ...(step.times > 1 && { verdicts }) };
      }
      case 'poll':
        return { expect: this.poll(now) };
      case 'respond':
        this.core.waymark_respond(
          now,
          step.batch,
          step.status,
          step.retry_after_ms ?? -1,
          this.put(expand(step.rejected)),
        );
        return {};
      case 'set_user':
        return { reason: this.setUser(step.user_id) };
      case 'set_context':
        return { reason: this.setContext(step.part, step.object) };
      case 'set_consent':
        this.core.waymark_set_consent(now, step.granted, step.denied);
        return {};
      case 'seed':
        this.seed(step.entropy);
        return {};
      case 'reset':
        this.core.waymark_reset();
        return {};
      case 'flush':
        this.core.waymark_flush(step.leaving ? 1 : 0);
        return {};
      case 'online':
        this.core.waymark_online(now);
        return {};
      case 'journal':
        this.core.waymark_journal(+step.on);
        return {};
      case 'restore': {
        const entries = [...this.journal.values()];
        this.journal.clear();
        return { reasons: entries.map((bytes) => REASONS[this.core.waymark_restore(now, this.put(bytes))]) };
      }
      case 'restart':
        return { reason: await this.begin(step, step.at) };
      case 'totals':
        return { expect: this.totals() };
      default:
        throw new Error(`unknown call ${step.call}`);
    }
  }
}

const expectationsOf = ({ verdict, verdicts, reason, reasons, ticket, explain, expect }) =>
  Object.fromEntries(
    Object.entries({ verdict, verdicts, reason, reasons, ticket, explain, expect }).filter(
      ([, value]) => value !== undefined,
    ),
  );

test('there is a script for every stage', () => {
  const stages =
    'consent sampling validation privacy session identity context delivery retry reports hold wire flow journal';
  for (const stage of stages.split(' '))
    assert.ok(
      scripts.some(([name]) => name.startsWith(stage)),
      stage,
    );
});

/** Plays a script; throws where the core answers something else than the script says. */
async function play(door, script) {
  const host = new Host(DOORS[door], script);
  await host.begin(script);
  for (const [index, step] of script.steps.entries())
    assert.deepEqual(await host.play(step), expectationsOf(step), `step ${index}, ${step.call} at ${step.at}`);
}

for (const door of doors) {
  for (const [name, script] of scripts) test(`${door}: ${name}`, () => play(door, script));

  test(`${door}: an answer that differs in one place shows`, async () => {
    const [, script] = scripts.find(([name]) => name === 'flow.json');
    const steps = structuredClone(script.steps);
    const body = steps.flatMap(({ expect }) => expect ?? []).find(({ kind }) => kind === 'send');
    body.body = body.body.replace('"sequence":1,', '"sequence":2,');
    await assert.rejects(play(door, { ...script, steps }), assert.AssertionError);
  });
}

if (!process.env.DOOR)
  test('the js door answers the same where no WebAssembly is', () => {
    // With NODE_TEST_CONTEXT the child would take itself for a part of this run and do nothing.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const output = execFileSync(
      process.execPath,
      ['--jitless', '--test-reporter=tap', fileURLToPath(import.meta.url)],
      {
        env: { ...env, DOOR: 'js' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 120_000,
      },
    );
    assert.equal(Number(output.match(/^# pass (\d+)$/m)[1]), scripts.length + 2);
  });
