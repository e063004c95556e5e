// The stage of a browser test: the real collector over a site in a temporary folder, the wire in front of it that sees
// every byte, and a real browser: Chromium, if the test brings no other. What a test starts here ends with it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { openWire } from './wire.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = process.env.WAYMARK_BIN ?? join(root, 'build/release/native/cli/waymark');
const startTimeoutMs = 10_000;
const endTimeoutMs = 30_000;

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

// Without the requests that it makes for itself.
const quietFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium. Every host name leads to `wirePort`, so that no request is missed. */
export function launchBrowser(wirePort) {
  const args = wirePort ? [`--host-resolver-rules=MAP * 127.0.0.1:${wirePort}`] : [];
  return chromium.launch({ executablePath, args: [...quietFlags, ...args] });
}

/** Chromium with the unpacked extension of a folder. Resolves with its one context. */
export function launchExtension(folder, profile) {
  return chromium.launchPersistentContext(profile, {
    executablePath,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [...quietFlags, `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
  });
}

async function assembleSite(folder, files) {
  await cp(join(root, 'examples/shop'), folder, { recursive: true });
  await cp(join(root, 'js/dist'), join(folder, 'waymark'), { recursive: true });
  // The same shop over a tracker that does nothing: what it does is the shop's own.
  await cp(join(root, 'examples/shop'), join(folder, 'baseline'), { recursive: true });
  await mkdir(join(folder, 'baseline/waymark'));
  await cp(join(root, 'tests/browser/idle_tracker.js'), join(folder, 'baseline/waymark/track.js'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Starts `waymark collect` on a free port. Resolves with its origin and a function that ends it. */
async function startCollector(data, site) {
  const child = spawn(
    binary,
    ['collect', '--listen', '127.0.0.1:0', '--data', data, '--write-key', 'demo', '--site', site],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let errors = '';
  child.stderr.on('data', (bytes) => (errors += bytes));
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', (error) => resolve(error.message)));
  const origin = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${binary} did not listen within ${startTimeoutMs} ms: ${errors}`));
    }, startTimeoutMs);
    const settle = (how, value) => {
      clearTimeout(timer);
      how(value);
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /listening on (http:\/\/\S+)/.exec(line);
      if (address) settle(resolve, address[1]);
    });
    ended.then((how) => settle(reject, new Error(`${binary} ended with ${how} before it listened: ${errors}`)));
  });
  return {
    origin,
    /** Fails if it ended before, or not in order. */
    async end() {
      child.kill('SIGTERM');
      assert.equal(await ended, 0, `how the collector ended: ${errors}`);
    },
  };
}

/**
 * Sets the stage for one test. `files` are added to the site; `faults` is the wire's, see wire.mjs; `launch(wirePort,
 * folder)` starts the browser, which has a `close()` and may write to the folder. Everything is ended and removed after
 * the test `t`.
 */
export async function setStage(t, { files = {}, faults, launch = launchBrowser } = {}) {
  const endings = [];
  const endAll = async () => {
    // All are ended, in the reverse order of their start, even if one ends badly.
    const faults = [];
    for (const end of endings.reverse()) await end().catch((error) => faults.push(error));
    if (faults.length > 0) throw faults[0];
  };
  t.after(endAll, { timeout: endTimeoutMs });
  const folder = await mkdtemp(join(tmpdir(), 'waymark-stage-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const site = join(folder, 'site');
  const data = join(folder, 'data');
  await mkdir(data);
  await assembleSite(site, files);
  const collector = await startCollector(data, site);
  endings.push(() => collector.end());
  const wire = await openWire(collector.origin, faults);
  endings.push(() => wire.close());
  const browser = await launch(wire.port, folder);
  endings.push(() => browser.close());

  const stage = {
    browser,
    collector,
    wire,
    /** The address of a page of the site, as the browser sees it. */
    url: (path = 'index.html') => `${wire.origin}/${path}`,

    /** Of Chromium: a browser with nothing in it. The faults that its pages report are in `pageErrors`. */
    async newContext(options) {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(10_000);
      context.pageErrors = [];
      context.on('weberror', (error) => context.pageErrors.push(error.error().message));
      return context;
    },

    /** All events in the store, in order of arrival. */
    async events() {
      const answer = await fetch(`${collector.origin}/api/events?after=0&limit=10000`);
      assert.equal(answer.status, 200);
      const text = await answer.text();
      return text.trim() === ''
        ? []
        : text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line));
    },

    /** Waits until `enough(events)`; fails with what was there when `timeoutMs` have passed. Returns the events. */
    async eventsUntil(enough, timeoutMs = 12_000) {
      const deadlineMs = Date.now() + timeoutMs;
      for (;;) {
        const events = await stage.events();
        if (enough(events)) return events;
        if (Date.now() > deadlineMs) {
          const names = [...new Set(events.map(({ event_name }) => event_name))].join(', ');
          assert.fail(`not arrived within ${timeoutMs} ms; in the store: ${events.length} (${names})`);
        }
        await sleep(50);
      }
    },

    /** Ends the collector and returns the bytes of every file that it left. */
    async storedBytes() {
      await collector.end();
      const names = await readdir(data, { recursive: true, withFileTypes: true });
      const files = names
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(join(entry.parentPath ?? entry.path, entry.name)));
      return Buffer.concat(await Promise.all(files));
    },

    /** The files of the site, as paths of requests. */
    async sitePaths() {
      const entries = await readdir(site, { recursive: true, withFileTypes: true });
      return new Set(
        entries
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(site.length)),
      );
    },
  };
  return stage;
}
