// Finds a Chromium and starts it with an empty profile and without the requests that it makes for itself.

import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { EnvironmentError } from './environment_error.js';
import { openProtocol, type Protocol } from './pipe.js';
import { autoAttach } from './targets.js';

export interface Chromium {
  readonly protocol: Protocol;
  /** As the browser names itself, `Chrome/126.0.6478.126`. */
  readonly version: string;
  /** The folder of its profile, which is removed by `close`. */
  readonly profile: string;
  /** Ends the browser and waits for it, so that its profile is at rest. */
  end(): Promise<void>;
  /** Ends the browser and removes its profile. */
  close(): Promise<void>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = [
  '/usr/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const startTimeoutMs = 30_000;
const endTimeoutMs = 10_000;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path of the browser: `wanted`, or the first that is found on PATH or in its usual place. Throws EnvironmentError. */
export function findChromium(wanted?: string, path: string = process.env['PATH'] ?? ''): string {
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder));
  const onPath = (name: string) => folders.map((folder) => join(folder, name));
  if (wanted !== undefined) {
    const found = (/[\\/]/.test(wanted) ? [wanted] : onPath(wanted)).find(isProgram);
    if (found === undefined)
      throw new EnvironmentError(`no program at ${wanted}: give the path of a Chromium or Chrome`);
    return found;
  }
  const found = [...names.flatMap(onPath), ...places].find(isProgram);
  if (found === undefined)
    throw new EnvironmentError(
      `no Chromium found: none of ${names.join(', ')} is on PATH. Install one, or say where it is with --browser PATH`,
    );
  return found;
}

/**
 * What the browser is told. Its own traffic goes to a proxy that does not exist and no name is resolved, so that all
 * that leaves it is a page's, through the proxy of the page's context.
 */
function flags(profile: string): string[] {
  return [
    '--headless=new',
    '--no-startup-window',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    '--proxy-server=http://127.0.0.1:9',
    '--proxy-bypass-list=<-loopback>',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    // WebRTC is the one that would go around a proxy.
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--disable-quic',
    '--disable-gpu',
    '--disable-sync',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-domain-reliability',
    '--disable-client-side-phishing-detection',
    '--disable-breakpad',
    '--disable-hang-monitor',
    '--disable-popup-blocking',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-background-timer-throttling',
    // With these a page that is left takes what it does last to where it cannot be seen.
    '--disable-features=BackForwardCache,RenderDocument,AutofillServerCommunication,Translate,MediaRouter,OptimizationHints,InterestFeedContentSuggestions,HttpsUpgrades',
    '--metrics-recording-only',
    '--no-first-run',
    '--no-default-browser-check',
    '--no-service-autorun',
    '--password-store=basic',
    '--use-mock-keychain',
    '--mute-audio',
    '--window-size=1280,800',
    // Chromium refuses to run as root within its sandbox, and root is what a container's user often is.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

const exited = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve()).once('error', () => resolve());
  });

const within = <T>(promise: Promise<T>, timeoutMs: number, message: string): Promise<T> => {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EnvironmentError(message)), timeoutMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** Starts the browser at `path`; `more` are flags besides. Throws EnvironmentError if it does not answer in 30 s. */
export async function launchChromium(path: string = findChromium(), more: readonly string[] = []): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'waymark-privacy-check-'));
  const child = spawn(path, [...flags(profile), ...more], { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const ended = exited(child);
  const killed = () => void child.kill('SIGKILL');
  process.once('exit', killed);
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => (said = (said + bytes.toString('utf8')).slice(-2000)));
  const protocol = openProtocol(child.stdio[3] as Writable, child.stdio[4] as Readable);

  async function end(): Promise<void> {
    protocol.browser.send('Browser.close').catch(() => {}); // it may be gone already, which is what is wanted
    await within(ended, endTimeoutMs, 'late').catch(killed);
    await ended;
    process.off('exit', killed);
  }
  async function close(): Promise<void> {
    await end();
    // Its helper processes may write for a moment longer.
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  try {
    const asked = protocol.browser.send<{ product: string }>('Browser.getVersion');
    const { product } = await within(asked, startTimeoutMs, `${path} did not answer within ${startTimeoutMs / 1000} s`);
    await protocol.browser.send('Target.setAutoAttach', autoAttach);
    return { protocol, version: product.replace(/^Headless/, ''), profile, end, close };
  } catch (error) {
    await close();
    const reason = said.trim().split('\n').at(-1) ?? '';
    throw new EnvironmentError(
      `${path} does not start: ${(error as Error).message}${reason === '' ? '' : `; ${reason}`}`,
    );
  }
}
