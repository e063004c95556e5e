// The adapters for vanilla-cookieconsent and Klaro with the packages themselves, as they are published, in Chromium: what
// a person does in their interfaces reaches the tracker's consent. And those for the IAB's APIs from a frame of another
// origin, where the browser itself keeps the two apart.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launchBrowser } from './stage.mjs';

const require = createRequire(import.meta.url);
const origin = 'https://site.example';
const adapter = (name) => new URL(`../../js/dist/consent/adapters/${name}.js`, import.meta.url);
const files = {
  '/vanilla-adapter.js': adapter('vanilla-cookieconsent'),
  '/klaro-adapter.js': adapter('klaro'),
  '/tcf-adapter.js': adapter('tcf'),
  '/gpp-adapter.js': adapter('gpp'),
  '/cookieconsent.js': require.resolve('vanilla-cookieconsent/dist/cookieconsent.umd.js'),
  '/cookieconsent.esm.js': require.resolve('vanilla-cookieconsent/dist/cookieconsent.esm.js'),
  '/cookieconsent.css': require.resolve('vanilla-cookieconsent/dist/cookieconsent.css'),
  '/klaro.js': require.resolve('klaro/dist/klaro.js'),
};
const types = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

const granted = { functional: 'granted', analytics: 'granted', marketing: 'granted' };
const denied = { functional: 'denied', analytics: 'denied', marketing: 'denied' };

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

/**
 * Opens `html`, with a consent that takes down what is reported, in a browser with nothing in it. `frame` is what a frame
 * in it may show.
 */
async function open(t, html, frame) {
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  t.after(() => context.close());
  const errors = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  const site = { html, frame };
  await context.route('**', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/frame') return route.fulfill({ contentType: types.html, body: site.frame });
    if (pathname === '/') return route.fulfill({ contentType: types.html, body: site.html });
    const file = files[pathname];
    if (!file) return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: types[pathname.split('.').at(-1)], body: await readFile(file) });
  });
  const page = await context.newPage();
  await page.goto(origin);
  await page.waitForFunction(() => window.detach);
  return {
    page,
    site,
    errors,
    reports: () => page.evaluate(() => window.reports),
    /** Waits until the last report is `expected`; fails with what it is. */
    async says(expected) {
      const text = JSON.stringify(expected);
      const isSaid = (wanted) => JSON.stringify(window.reports.at(-1)[1]) === wanted;
      await page.waitForFunction(isSaid, text, { timeout: 5000 }).catch(() => {});
      assert.deepEqual((await page.evaluate(() => window.reports)).at(-1)[1], expected);
    },
    async reload(text = site.html) {
      site.html = text;
      await page.reload();
      await page.waitForFunction(() => window.detach);
    },
  };
}

const recorder = `
  window.reports = [];
  const consent = { report: (source, choices) => reports.push(choices ? [source, choices] : [source]) };`;

const document = (head, script) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Site</title>
  ${head}<script type="module">${script}</script></head><body><main><h1>Site</h1></main></body></html>`;

const vanillaConfig = (more = {}) =>
  JSON.stringify({
    hideFromBots: false,
    categories: {
      necessary: { enabled: true, readOnly: true },
      functionality: {},
      analytics: { services: { waymark: { label: 'Waymark' }, other: { label: 'Other' } } },
      marketing: {},
    },
    language: {
      default: 'en',
      translations: {
        en: {
          consentModal: {
            title: 'Cookies',
            acceptAllBtn: 'Accept all',
            acceptNecessaryBtn: 'Reject all',
            showPreferencesBtn: 'Choose',
          },
          preferencesModal: {
            acceptAllBtn: 'Accept all',
            acceptNecessaryBtn: 'Reject all',
            savePreferencesBtn: 'Save',
            sections: ['necessary', 'functionality', 'analytics', 'marketing'].map((linkedCategory) => ({
              title: linkedCategory,
              linkedCategory,
            })),
          },
        },
      },
    },
    ...more,
  });

const vanillaPage = (more, options = '{}') =>
  document(
    '<link rel="stylesheet" href="/cookieconsent.css"><script src="/cookieconsent.js"></script>',
    `import { connectVanillaCookieConsent } from '/vanilla-adapter.js';
     ${recorder}
     window.detach = connectVanillaCookieConsent(consent, ${options});
     CookieConsent.run(${vanillaConfig(more)});`,
  );

const firstLayer = '#cc-main .cm';
const button = (page, role) => page.locator(`${firstLayer} [data-role=${role}]`);

/** Sets the switches of the second layer and saves them. */
async function chooseInVanilla(page, states) {
  await page.evaluate(() => CookieConsent.showPreferences());
  for (const [value, state] of Object.entries(states))
    await page
      .locator(`.section__toggle[value=${value}]`)
      .evaluate((box, is) => box.checked !== is && box.click(), state);
  await page.locator('.pm__btn[data-role=save]').click();
}

test('vanilla-cookieconsent: nothing before the choice, then accept, change and withdrawal', async (t) => {
  const { page, errors, reports, says, reload } = await open(t, vanillaPage());
  await button(page, 'all').waitFor();
  assert.deepEqual(await reports(), [['cmp:vanilla-cookieconsent']]);
  await button(page, 'all').click();
  await says(granted);
  await chooseInVanilla(page, { analytics: false });
  await says({ ...granted, analytics: 'denied' });
  await reload();
  await says({ ...granted, analytics: 'denied' });
  await chooseInVanilla(page, { functionality: false, marketing: false });
  await says(denied);
  await page.evaluate(() => window.detach());
  const { length } = await reports();
  await chooseInVanilla(page, { functionality: true });
  assert.equal((await reports()).length, length, 'detached');
  assert.deepEqual(errors, []);
});

test('vanilla-cookieconsent: reject', async (t) => {
  const { page, says, reload } = await open(t, vanillaPage());
  await button(page, 'necessary').click();
  await says(denied);
  await reload();
  await says(denied);
});

test('vanilla-cookieconsent: a category with a service that was rejected is refused, the other service is not', async (t) => {
  const mapping = { functional: ['analytics/waymark'], marketing: ['analytics/other'] };
  const { page, says } = await open(t, vanillaPage({}, JSON.stringify({ mapping })));
  await button(page, 'all').click();
  await says(granted);
  await page.evaluate(() => CookieConsent.acceptService(['waymark'], 'analytics'));
  await says({ functional: 'granted', analytics: 'denied', marketing: 'denied' });
});

test('vanilla-cookieconsent: what its mode opt-out lets be is no choice, nor is one for an older revision', async (t) => {
  const categories = { necessary: { readOnly: true }, functionality: { enabled: true }, analytics: { enabled: true } };
  const { page, reports, says, reload } = await open(t, vanillaPage({ mode: 'opt-out', categories }));
  await button(page, 'all').waitFor();
  assert.equal(await page.evaluate(() => CookieConsent.acceptedCategory('analytics')), false);
  assert.equal(await page.evaluate(() => CookieConsent.getUserPreferences().acceptedCategories.length > 1), true);
  assert.deepEqual(await reports(), [['cmp:vanilla-cookieconsent']]);
  await button(page, 'all').click();
  await says({ functional: 'granted', analytics: 'granted', marketing: 'unknown' });
  await reload(vanillaPage({ mode: 'opt-out', categories, revision: 1 }));
  await button(page, 'all').waitFor();
  assert.deepEqual(await reports(), [['cmp:vanilla-cookieconsent']]);
});

test('vanilla-cookieconsent as a module, which leaves no global', async (t) => {
  const html = document(
    '',
    `import * as CookieConsent from '/cookieconsent.esm.js';
     import { connectVanillaCookieConsent } from '/vanilla-adapter.js';
     ${recorder}
     window.detach = connectVanillaCookieConsent(consent, { api: CookieConsent });
     CookieConsent.run(${vanillaConfig()});`,
  );
  const { page, says } = await open(t, html);
  assert.equal(await page.evaluate(() => typeof window.CookieConsent), 'undefined');
  await button(page, 'all').click();
  await says(granted);
});

const klaroConfig = (more = {}) =>
  `window.klaroConfig = ${JSON.stringify({
    version: 1,
    acceptAll: true,
    lang: 'en',
    translations: { en: { privacyPolicyUrl: '/privacy' } },
    services: [
      { name: 'chat', title: 'Chat', purposes: ['functional'] },
      { name: 'matomo', title: 'Matomo', purposes: ['analytics'] },
      { name: 'clicks', title: 'Clicks', purposes: ['analytics'], default: true },
      { name: 'ads', title: 'Ads', purposes: ['marketing'] },
    ],
    ...more,
  })};`;

const klaroAdapter = `import { connectKlaro } from '/klaro-adapter.js';
  ${recorder}
  window.detach = connectKlaro(consent);`;

const klaroPage = (more) =>
  document(`<script>${klaroConfig(more)}</script><script defer src="/klaro.js"></script>`, klaroAdapter);

/** Klaro comes a second and more after the adapter, as by a tag manager. */
const lateKlaroPage = document(
  `<script>${klaroConfig()}</script>`,
  `${klaroAdapter}
   setTimeout(() => {
     const script = Object.assign(document.createElement('script'), { src: '/klaro.js' });
     script.setAttribute('data-klaro-config', 'klaroConfig');
     document.head.append(script);
   }, 1500);`,
);

const accept = '#klaro .cookie-notice .cm-btn-success';
const decline = '#klaro .cookie-notice .cn-decline';

/** Sets switches in Klaro's dialog, and saves them if asked to. */
async function chooseInKlaro(page, states, { isSaved }) {
  await page.evaluate(() => klaro.show(undefined, true));
  for (const [name, state] of Object.entries(states))
    await page.locator(`#service-item-${name}`).evaluate((box, is) => box.checked !== is && box.click(), state);
  if (isSaved) await page.locator('#klaro .cookie-modal .cm-btn-accept').first().click();
}

test('Klaro: nothing before the choice, then accept, change and withdrawal', async (t) => {
  const { page, errors, reports, says, reload } = await open(t, klaroPage());
  await page.locator(accept).waitFor();
  assert.deepEqual(await reports(), [['cmp:klaro']]);
  await page.locator(accept).click();
  await says(granted);
  await chooseInKlaro(page, { matomo: false }, { isSaved: false });
  assert.equal(await page.evaluate(() => klaro.getManager().consents.matomo), false);
  await says(granted);
  await chooseInKlaro(page, { matomo: false }, { isSaved: true });
  await says({ ...granted, analytics: 'denied' });
  await reload();
  await says({ ...granted, analytics: 'denied' });
  await chooseInKlaro(page, { chat: false, clicks: false, ads: false }, { isSaved: true });
  await says(denied);
  await page.evaluate(() => window.detach());
  const { length } = await reports();
  await chooseInKlaro(page, { chat: true }, { isSaved: true });
  assert.equal((await reports()).length, length, 'detached');
  assert.deepEqual(errors, []);
});

test('Klaro: reject', async (t) => {
  const { page, says, reload } = await open(t, klaroPage());
  await page.locator(decline).click();
  await says(denied);
  await reload();
  await says(denied);
});

test('Klaro: switches that are moved and not saved are no choice', async (t) => {
  const { page, reports } = await open(t, klaroPage());
  await page.locator(accept).waitFor();
  await chooseInKlaro(page, { chat: true, matomo: true, clicks: true, ads: true }, { isSaved: false });
  assert.equal(await page.evaluate(() => klaro.getManager().consents.matomo), true);
  assert.deepEqual(await reports(), [['cmp:klaro']]);
});

test('Klaro: a list of services that has grown asks again, and a reset forgets', async (t) => {
  const { page, reports, says, reload } = await open(t, klaroPage());
  await page.locator(accept).click();
  await says(granted);
  await page.evaluate(() => klaro.getManager().resetConsents());
  await says(undefined);
  await page.evaluate(() => klaro.getManager().changeAll(true));
  await page.evaluate(() => klaro.getManager().saveAndApplyConsents());
  await says(granted);
  await reload(
    klaroPage({
      services: [
        { name: 'matomo', purposes: ['analytics'] },
        { name: 'new', purposes: ['ads'] },
      ],
    }),
  );
  await page.locator(accept).waitFor();
  assert.deepEqual(await reports(), [['cmp:klaro']]);
});

test('Klaro: it may come late', async (t) => {
  const { page, reports, says } = await open(t, lateKlaroPage);
  assert.deepEqual(await reports(), [['cmp:klaro']]);
  await page.locator(accept).click();
  await says(granted);
});

/** A platform in the page, as the standards' own stubs answer messages, and a frame of another origin in a second frame. */
const iabPage = (name, api) => `<!doctype html><html lang="en"><title>Site</title><body>
  <iframe name="__${name}Locator" title="" hidden></iframe>
  <script>
    window.listeners = [];
    window.__${name} = ${api};
    addEventListener('message', ({ data, source }) => {
      const call = data.__${name}Call;
      if (!call) return;
      const answer = (returnValue, success) =>
        source.postMessage({ __${name}Return: { returnValue, success, callId: call.callId } }, '*');
      window.ask(call, answer);
    });
    window.detach = true;
  </script>
  <iframe id="outer" title="Other" srcdoc="<iframe src='https://frame.example/frame' title='Inner'></iframe>"></iframe>`;

const iabFrame = (name, connect) =>
  document('', `import { ${connect} } from '/${name}-adapter.js'; ${recorder} window.detach = ${connect}(consent);`);

async function openFrame(t, html, frameHtml) {
  const { page, errors } = await open(t, html, frameHtml);
  await page.waitForFunction(() => window.listeners.length > 0);
  const frame = page.frames().find((one) => one.url() === 'https://frame.example/frame');
  const says = async (expected) => {
    const isSaid = (text) => JSON.stringify(window.reports.at(-1)[1]) === text;
    await frame.waitForFunction(isSaid, JSON.stringify(expected), { timeout: 5000 }).catch(() => {});
    assert.deepEqual((await frame.evaluate(() => window.reports)).at(-1)[1], expected);
  };
  return { page, frame, errors, says };
}

test('TCF from a frame in a frame of another origin', async (t) => {
  const api = `(command, version, callback, parameter) => {
    if (command === 'addEventListener') {
      listeners.push(callback);
      callback({ ...tcData, listenerId: listeners.length }, true);
    } else callback((listeners[parameter - 1] = undefined) === undefined, true);
  };
  window.tcData = { gdprApplies: true, cmpStatus: 'loaded', eventStatus: 'cmpuishown', purpose: { consents: {} } };
  window.ask = ({ command, version, parameter }, answer) => __tcfapi(command, version, answer, parameter)`;
  const { page, frame, errors, says } = await openFrame(t, iabPage('tcfapi', api), iabFrame('tcf', 'connectTcf'));
  assert.deepEqual(await frame.evaluate(() => window.reports), [['cmp:tcf']]);
  const choose = (ids) =>
    page.evaluate((granted) => {
      const consents = Object.fromEntries(granted.map((id) => [id, true]));
      const data = { ...window.tcData, listenerId: 1, eventStatus: 'useractioncomplete', purpose: { consents } };
      for (const listener of window.listeners) listener?.(data, true);
    }, ids);
  await choose([1, 8]);
  await says({ functional: 'denied', analytics: 'granted', marketing: 'denied' });
  await choose([]);
  await says(denied);
  await frame.evaluate(() => window.detach());
  await page.waitForFunction(() => window.listeners[0] === undefined);
  assert.deepEqual(errors, []);
});

test('GPP from a frame in a frame of another origin', async (t) => {
  const api = `(command, callback, parameter) => {
    if (command === 'addEventListener') {
      listeners.push(callback);
      callback({ eventName: 'listenerRegistered', listenerId: listeners.length, data: true, pingData }, true);
    } else callback((listeners[parameter - 1] = undefined) === undefined, true);
  };
  window.pingData = { cmpStatus: 'loaded', signalStatus: 'not ready', supportedAPIs: ['2:tcfeuv2'], applicableSections: [2] };
  window.ask = ({ command, parameter, version }, answer) => __gpp(command, answer, parameter, version)`;
  const { page, frame, errors, says } = await openFrame(t, iabPage('gpp', api), iabFrame('gpp', 'connectGpp'));
  assert.deepEqual(await frame.evaluate(() => window.reports), [['cmp:gpp']]);
  const tell = (signalStatus) =>
    page.evaluate((status) => {
      const parsedSections = { tcfeuv2: [{ Version: 2, PurposeConsent: [1, 8] }] };
      const pingData = { ...window.pingData, signalStatus: status, parsedSections };
      for (const listener of window.listeners)
        listener?.({ eventName: 'signalStatus', listenerId: 1, data: status, pingData }, true);
    }, signalStatus);
  await tell('ready');
  await says({ functional: 'denied', analytics: 'granted', marketing: 'denied' });
  await tell('not ready');
  await says(undefined);
  await frame.evaluate(() => window.detach());
  await page.waitForFunction(() => window.listeners[0] === undefined);
  assert.deepEqual(errors, []);
});
