// Three engines behind one small interface: Chromium and Firefox by puppeteer, WebKitGTK's MiniBrowser by WebDriver, all
// as Debian packages them. A browser keeps what its sites store in the folder `profile`, in which it can be started anew.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { busiest, killAll, processTree, renderers } from './processes.mjs';
import { openSession } from './webdriver.mjs';

export const engines = ['chromium', 'firefox', 'webkit'];

// WebDriver, 17.4.2: keys that are no characters.
const webdriverKeys = { Shift: '\uE008', Tab: '\uE004', Enter: '\uE007', Escape: '\uE00C', Space: '\uE00D' };

const startTimeoutMs = 10_000;
const closeTimeoutMs = 5000;
const busyMs = 300;

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// What the person or the disk allows sites to store.
const chromiumStorage = {
  // As in the settings: no site may store data.
  blocked: { profile: { default_content_setting_values: { cookies: 2 } } },
};
const firefoxStorage = {
  blocked: { 'network.cookie.cookieBehavior': 2 },
  full: { 'dom.quotaManager.temporaryStorage.fixedLimit': 0 }, // KiB, of all sites
};

const firefoxPreferences = {
  'dom.ipc.processCount': 24, // a process for each tab, so that one can be killed alone
  'dom.ipc.processPrelaunch.enabled': false,
  'browser.tabs.unloadOnLowMemory': false,
};

/** Where Debian keeps the browser of WebKitGTK, which is not in the PATH. */
function miniBrowser() {
  const paths = readdirSync('/usr/lib')
    .map((name) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`)
    .filter(existsSync);
  if (paths.length === 0) throw new Error('MiniBrowser is missing: install webkit2gtk-driver');
  return paths[0];
}

/** Starts a display without a screen. Resolves with its name and the process. */
async function startDisplay() {
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return { name: `:${number}`, child };
}

const webkitEnvironment = (display, profile) => ({
  ...process.env,
  DISPLAY: display.name,
  HOME: profile,
  XDG_DATA_HOME: `${profile}/data`,
  XDG_CACHE_HOME: `${profile}/cache`,
  XDG_CONFIG_HOME: `${profile}/config`,
  GSETTINGS_BACKEND: 'memory',
  GIO_USE_VFS: 'local',
  NO_AT_BRIDGE: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
  WEBKIT_DISABLE_DMABUF_RENDERER: '1',
});

/** What is the same for all pages, over `goto`, `evaluate`, `title`, `press` and `close` of the driver. */
function makePage(browserPid, driven) {
  const page = {
    /** Opens an address and waits until it is loaded. */
    goto: driven.goto,
    /** Calls a function, which may be async, in the page; it sees nothing but its arguments, which JSON can say. */
    evaluate: driven.evaluate,
    /** Presses and lets go of keys as a person does: `Tab`, `Enter`, `Escape`, `Space`, or `Shift+` one of them. */
    async press(...names) {
      for (const name of names) await driven.press(name.split('+'));
    },
    /** Closes the tab in order. */
    close: driven.close,
    /** Waits until the page of this title is there, whatever navigation is going on. Fails after `timeoutMs`. */
    async waitForTitle(title, timeoutMs = 15_000) {
      const deadlineMs = Date.now() + timeoutMs;
      let seen;
      for (;;) {
        seen = await driven.title().catch((error) => error.message);
        if (seen === title) return;
        if (Date.now() > deadlineMs) throw new Error(`no title '${title}' within ${timeoutMs} ms, but '${seen}'`);
        await sleep(30);
      }
    },
    /** The process that runs the page: found by the work that it does when it is told to. */
    process: () =>
      busiest(browserPid, () =>
        page.evaluate((ms) => {
          const endMs = Date.now() + ms;
          while (Date.now() < endMs);
        }, busyMs),
      ),
  };
  return page;
}

async function launchByPuppeteer(browser, profile, options, prepare = async () => {}) {
  const driven = await puppeteer.launch({
    browser,
    headless: true,
    userDataDir: profile,
    defaultViewport: null,
    ...options,
  });
  const { pid } = driven.process();
  return {
    pid,
    async openPage() {
      const tab = await driven.newPage();
      return makePage(pid, {
        async goto(url) {
          await prepare(tab, url);
          await tab.goto(url);
        },
        evaluate: (body, ...given) => tab.evaluate(body, ...given),
        title: () => tab.title(),
        async press(names) {
          const keys = names.map((name) => (name === 'Space' ? ' ' : name)); // as Firefox knows it
          for (const key of keys) await tab.keyboard.down(key);
          for (const key of keys.toReversed()) await tab.keyboard.up(key);
        },
        close: () => tab.close(),
      });
    },
    close: () => driven.close(),
  };
}

async function launchWebKit(profile) {
  const display = await startDisplay();
  const session = await openSession(
    'WebKitWebDriver',
    { 'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] } },
    webkitEnvironment(display, profile),
  ).catch((error) => {
    display.child.kill('SIGKILL');
    throw error;
  });
  return {
    pid: session.pid,
    others: processTree(display.child.pid),
    async openPage() {
      // The first window stays: without one the browser ends. Of the tabs of one window all but one are hidden.
      const { handle } = await session.inWindow(session.firstWindow, (command) =>
        command('POST', '/window/new', { type: 'window' }),
      );
      return makePage(session.pid, {
        goto: (url) => session.inWindow(handle, (command) => command('POST', '/url', { url })),
        async evaluate(body, ...given) {
          const script = `const settle = arguments[arguments.length - 1];
            (async () => (${body})(...arguments[0]))().then(
              (value) => settle({ value }),
              (error) => settle({ error: String(error) }));`;
          const { value, error } = await session.inWindow(handle, (command) =>
            command('POST', '/execute/async', { script, args: [given] }),
          );
          if (error) throw new Error(error);
          return value;
        },
        title: () => session.inWindow(handle, (command) => command('GET', '/title')),
        press(keys) {
          const down = keys.map((key) => ({ type: 'keyDown', value: webdriverKeys[key] }));
          const up = keys.toReversed().map((key) => ({ type: 'keyUp', value: webdriverKeys[key] }));
          const actions = [{ type: 'key', id: 'keyboard', actions: [...down, ...up] }];
          return session.inWindow(handle, (command) => command('POST', '/actions', { actions }));
        },
        close: () => session.inWindow(handle, (command) => command('DELETE', '/window')),
      });
    },
    close: () => session.end(),
  };
}

async function launchChromium(profile, storage) {
  if (chromiumStorage[storage]) {
    await mkdir(join(profile, 'Default'), { recursive: true });
    await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(chromiumStorage[storage]));
  }
  const options = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: chromiumFlags };
  return launchByPuppeteer('chrome', profile, options, async (tab, url) => {
    if (storage !== 'full') return;
    const session = await tab.createCDPSession(); // it is so as long as this is open
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, quotaSize: 1 });
  });
}

const launchFirefox = (profile, storage) =>
  launchByPuppeteer('firefox', profile, {
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    extraPrefsFirefox: { ...firefoxPreferences, ...firefoxStorage[storage] },
  });

const launchers = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebKit };

/**
 * Starts a browser. `storage` is `blocked` or `full` to have it refuse what sites store; MiniBrowser cannot do that, and
 * keeps nothing in `profile` while it is driven, when it is always private.
 * `openPage()` resolves with a new tab; `close()` ends the browser in order, `kill()` all its processes at once; both
 * leave no process behind.
 */
export async function launch(engine, profile, storage = 'free') {
  const browser = await launchers[engine](profile, storage);
  const processes = () => [...processTree(browser.pid), ...(browser.others ?? [])];
  return {
    openPage: browser.openPage,
    async close() {
      const left = processes();
      await Promise.race([browser.close(), sleep(closeTimeoutMs, undefined, { ref: false })]).catch(() => {});
      await killAll(left);
    },
    async kill() {
      await killAll(processes());
    },
  };
}

/**
 * Starts a browser with a tab for each address, where nothing but the pages themselves acts; the first is in front.
 * `processes` run the pages, in their order; `close()` and `kill()` as above. Any engine keeps what is stored in `profile`, and survives a page whose
 * process is killed: MiniBrowser ends with the first when it is driven.
 */
export async function launchAt(engine, profile, urls) {
  if (engine === 'webkit') return launchWebKitAt(profile, urls);
  const browser = await launch(engine, profile);
  const processes = [];
  for (const url of urls.toReversed()) {
    const page = await browser.openPage();
    await page.goto(url);
    processes.unshift(await page.process());
  }
  return { ...browser, processes };
}

async function launchWebKitAt(profile, urls) {
  const display = await startDisplay();
  const child = spawn(miniBrowser(), urls, { stdio: 'ignore', env: webkitEnvironment(display, profile) });
  const processes = () => [...processTree(child.pid), ...processTree(display.child.pid)];
  const kill = () => killAll(processes());
  /** The window goes first; then the process that stores has the time to close its files. */
  async function close() {
    const left = processes();
    child.kill('SIGTERM');
    await sleep(1000);
    await killAll(left);
  }
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const deadlineMs = Date.now() + startTimeoutMs;
  for (;;) {
    // It opens tab by tab, each with a process of its own.
    const shown = renderers(child.pid);
    if (shown.length === urls.length) return { processes: shown, kill, close };
    if (Date.now() > deadlineMs) {
      await kill();
      throw new Error(`${shown.length} processes for ${urls.length} pages`);
    }
    await sleep(30);
  }
}
