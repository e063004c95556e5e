// The banner on a page of Chromium: what each button does, what it never does, and the policies it keeps.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { button, calls, focused, openBanner, part, serveBanner } from './banner_page.mjs';
import { wide } from './looks.mjs';
import { launchBrowser } from './stage.mjs';

const everything = (value) => ({ functional: value, analytics: value, marketing: value });
const granted = { choices: everything('granted') };

let browser;
let site;
before(async () => {
  site = await serveBanner({
    '/broken.html':
      '<!doctype html><html lang="en"><title>x</title><script type="module" src="/broken.js"></script><p style="color:red">x',
    '/broken.js': `window.violations = [];
      addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.violations.push(violatedDirective));
      const p = document.createElement('p');
      p.setAttribute('style', 'color: red');
      try { p.innerHTML = 'x'; } catch { window.isRefused = true; }`,
  });
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  site?.close();
});

async function open(t, setting, options = { viewport: wide }) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  t.after(() => context.close());
  return openBanner(context, site.origin, setting);
}

/** Presses buttons by their names and counts. */
async function press(page, ...names) {
  for (const name of names) await button(page, name).click();
  return names.length;
}

test('each button records its choice with the source and the notice, and closes', async (t) => {
  const choices = {
    'Accept all': everything('granted'),
    'Reject all': everything('denied'),
  };
  for (const layer of [[], ['Settings']])
    for (const [name, expected] of Object.entries(choices)) {
      const page = await open(t, { options: { version: '3' } });
      await press(page, ...layer, name);
      const [{ choices: recorded, decided }, ...more] = await calls(page);
      assert.deepEqual(recorded, expected);
      assert.equal(decided.source, 'user');
      assert.match(decided.notice.hash, /^[0-9a-f]{64}$/);
      assert.equal(decided.notice.locale, 'en');
      assert.equal(decided.notice.variant, layer.length ? 'settings@3' : 'banner@3');
      assert.deepEqual(more, []);
      assert.equal(await part(page, 'panel').isVisible(), false);
      assert.equal(await button(page, 'Privacy choices').isVisible(), true);
      assert.equal(await part(page, 'announcement').textContent(), 'Your choice is saved.');
    }
  const page = await open(t);
  await press(page, 'Settings');
  await page.getByRole('switch', { name: 'Analytics' }).check();
  await press(page, 'Save choices');
  assert.deepEqual((await calls(page))[0].choices, { functional: 'denied', analytics: 'granted', marketing: 'denied' });
});

test('refusing and withdrawing take no more presses than accepting', async (t) => {
  const page = await open(t);
  const accepting = await press(page, 'Accept all');
  const withdrawing = await press(page, 'Withdraw consent');
  assert.deepEqual(
    (await calls(page)).map(({ choices }) => choices),
    [everything('granted'), everything('denied')],
  );
  assert.equal((await calls(page))[1].isWithdrawal, true, 'what was kept is deleted too');
  assert.equal(await button(page, 'Withdraw consent').isVisible(), false);
  assert.equal(await focused(page), 'Privacy choices', 'the focus is not lost with the button');
  const other = await open(t);
  const rejecting = await press(other, 'Reject all');
  assert.deepEqual((await calls(other))[0].choices, everything('denied'));
  assert.ok(rejecting <= accepting && withdrawing <= accepting, `${rejecting}, ${withdrawing}, ${accepting}`);
});

test('no switch is on before the person turns it, whatever the application lets be', async (t) => {
  const states = (page) =>
    page.getByRole('switch').evaluateAll((found) => found.map(({ checked, disabled }) => [checked, disabled]));
  const untouched = [[true, true], ...Array(3).fill([false, false])];
  for (const controls of [{}, { defaults: everything('granted') }]) {
    const page = await open(t, { controls });
    await press(page, 'Settings');
    assert.deepEqual(await states(page), untouched);
  }
  const page = await open(t, { controls: granted });
  await press(page, 'Privacy choices');
  assert.deepEqual(await states(page), [[true, true], ...Array(3).fill([true, false])], 'the own choice is seen again');
});

test('nothing but the buttons answers: Escape, clicks beside, Enter in the text, and time do not', async (t) => {
  for (const isBlocking of [false, true]) {
    const page = await open(t, { options: { isBlocking } });
    for (const layer of ['first', 'settings']) {
      if (layer === 'settings') await press(page, 'Settings');
      await part(page, 'title').click();
      await page.keyboard.press('Enter');
      await page.mouse.click(5, 5);
      // Chromium closes a dialog that refuses twice (HTML, close watcher); it must come back.
      for (let times = 0; times < 4; ++times) await page.keyboard.press('Escape');
      await page.waitForTimeout(100);
      assert.equal(await part(page, 'panel').isVisible(), true, layer);
      assert.equal(await button(page, 'Accept all').isVisible(), true, layer);
    }
    assert.deepEqual(await calls(page), []);
    assert.equal(await page.evaluate(() => window.consent.get('analytics')), 'unknown');
  }
});

test('a dialog that is closed from outside comes back until it is answered', async (t) => {
  const page = await open(t, { options: { isBlocking: true } });
  await part(page, 'panel').evaluate((dialog) => dialog.close());
  await page.waitForFunction(() => window.element.shadowRoot.querySelector('dialog').matches(':modal'));
  await press(page, 'Reject all');
  assert.equal(await part(page, 'panel').isVisible(), false);
  await page.waitForTimeout(100);
  assert.equal(await part(page, 'panel').isVisible(), false);
});

test('an opt-out signal is told in every view, and what it denies is locked', async (t) => {
  const controls = { locked: { marketing: 'gpc' }, signals: ['gpc'] };
  const page = await open(t, { controls });
  const signal = page.getByText('Opt-out signal honoured');
  const isTold = async () => (await signal.filter({ visible: true }).count()) === 1;
  assert.ok(await isTold(), 'first layer');
  await press(page, 'Settings');
  assert.ok(await isTold(), 'settings');
  const marketing = page.getByRole('switch', { name: 'Marketing' });
  assert.deepEqual([await marketing.isChecked(), await marketing.isDisabled()], [false, true]);
  assert.equal(await page.getByText('because your browser sends an opt-out signal').isVisible(), true);
  await press(page, 'Accept all');
  assert.deepEqual((await calls(page))[0].choices, { functional: 'granted', analytics: 'granted' });
  assert.ok(await isTold(), 'after the choice');

  const silent = await open(t, { controls: { mode: 'opt-out' } });
  assert.equal(await silent.getByText('Opt-out signal honoured').filter({ visible: true }).count(), 0);
  assert.equal(await part(silent, 'panel').isVisible(), false, 'where nothing must be asked only the button is there');
  await silent.evaluate(() => window.consent.lock('marketing', 'gpc'));
  assert.equal(await silent.getByText('Opt-out signal honoured').filter({ visible: true }).count(), 1);
});

/** The hash of what is on the screen, by another way than the banner's: from the layout, not from attributes. */
async function hashOnScreen(page, name) {
  const texts = await part(page, name).evaluate((root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      if (range.getClientRects().length) found.push(walker.currentNode.nodeValue.trim());
    }
    return found;
  });
  const lines = texts.map((text) => `${text}\n`).join('');
  return { texts, hash: createHash('sha256').update(lines).digest('hex') };
}

test('the hash is that of exactly what was on the screen, and one character makes another', async (t) => {
  const seen = [];
  const decide = async (setting, view, ...names) => {
    const page = await open(t, setting);
    if (view === 'settings') await press(page, 'Settings');
    const { texts, hash } = await hashOnScreen(page, view === 'dock' ? 'dock' : 'panel');
    await press(page, ...names);
    const { notice } = (await calls(page))[0].decided;
    assert.equal(notice.hash, hash, texts.join(' | '));
    seen.push(hash);
    return texts;
  };
  assert.deepEqual(await decide({}, 'first', 'Accept all'), [
    'Your choice about your data',
    'With your consent we use data about your visit for the purposes named here. You can refuse, and you can change your choice at any time.',
    'Functional',
    'Analytics',
    'Marketing',
    'Privacy policy',
    'Reject all',
    'Accept all',
    'Settings',
  ]);
  await decide({ options: { text: { title: 'Your choice about your date' } } }, 'first', 'Accept all');
  await decide({ options: { text: { reject: 'Reject al1' } } }, 'first', 'Accept all');
  await decide({}, 'settings', 'Save choices');
  const purposes = {
    analytics: { label: 'Analytics', use: 'Measures which pages and functions are used, to improve them' },
  };
  await decide({ options: { text: { purposes } } }, 'settings', 'Save choices');
  await decide({ controls: { locked: { marketing: 'gpc' }, signals: ['gpc'] } }, 'settings', 'Save choices');
  await decide({ controls: granted }, 'dock', 'Withdraw consent');
  assert.equal(new Set(seen).size, seen.length);
});

test('on a page that is not secure the choice is recorded with an empty hash', async (t) => {
  const insecure = await launchBrowser(new URL(site.origin).port);
  t.after(() => insecure.close());
  const page = await openBanner(await insecure.newContext(), 'http://shop.example');
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await press(page, 'Accept all');
  await page.waitForFunction(() => window.consent.calls.length === 1);
  const [{ choices, decided }] = await calls(page);
  assert.deepEqual(choices, everything('granted'));
  assert.deepEqual(decided, { source: 'user', notice: { hash: '', locale: 'en', variant: 'banner' } });
});

test('it speaks the language of the document, else English, and the page can replace every text', async (t) => {
  const title = async (setting) => {
    const page = await open(t, setting);
    const panel = part(page, 'panel');
    const attributes = await panel.evaluate(({ lang, dir }) => `${lang} ${dir}`);
    return `${attributes}: ${await part(page, 'title').textContent()}`;
  };
  const locales = ['de', 'ar'];
  assert.equal(await title({ lang: 'de-AT', locales }), 'de ltr: Ihre Wahl zu Ihren Daten');
  assert.equal(await title({ lang: 'ar', locales }), 'ar rtl: خيارك بشأن بياناتك');
  assert.equal(await title({ lang: 'sv', locales }), 'en ltr: Your choice about your data');
  assert.equal(await title({ lang: 'sv', locales, options: { locale: 'DE' } }), 'de ltr: Ihre Wahl zu Ihren Daten');
  assert.equal(await title({ options: { text: { title: '<b>Cookies?</b>' } } }), 'en ltr: <b>Cookies?</b>');
});

test('what is wrong with its options is said in words, and nothing is shown', async (t) => {
  const page = await open(t);
  const fault = (options) =>
    page.evaluate(async (given) => {
      const { showBanner } = await import('/js/dist/banner.js');
      window.element.remove();
      try {
        showBanner({ consent: window.consent, ...given });
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    }, options);
  const words = 'is empty or no text. Give it words';
  const links = (url, text = 'x') => ({ links: [{ text, url }] });
  const purposes = (analytics) => ({ text: { purposes: { analytics } } });
  const wrong = [
    [{ policyUrl: 'javascript:alert(1)' }, 'links: "javascript:alert(1)" is no address'],
    [links('http://'), 'links: "http://" is no address'],
    [links(), 'links: "undefined" is no address'],
    [links('/x', ''), `links: text of "/x" ${words}`],
    [links('/x', null), `links: text of "/x" ${words}`],
    [{ text: { reject: ' ' } }, `text: "reject" ${words}`],
    [{ text: { reject: undefined } }, `text: "reject" ${words}`],
    [{ text: { accept: 7 } }, `text: "accept" ${words}`],
    [{ locale: 'sv', locales: [{ locale: 'sv', title: 'Hej' }] }, `text: "direction" ${words}`],
    [purposes({ label: 'A', use: '' }), `text: purposes.analytics.use ${words}`],
    [purposes({ label: 7, use: 'B' }), `text: purposes.analytics.label ${words}`],
    [purposes(null), `text: purposes.analytics.label ${words}`],
    [{ consent: undefined }, "consent: not given. Give the tracker's"],
    [{ purposes: 'analytics' }, "purposes: no list. Give ['analytics']"],
    [{ locales: ['de'] }, 'locales: not texts. Import them, as { de } from waymark/banner/de'],
    [{ locales: [null] }, 'locales: not texts.'],
    [{ locale: 5 }, 'locale: 5 is no tag. Give one like "de"'],
  ];
  for (const [options, message] of wrong) {
    const said = (await fault(options)) ?? 'nothing';
    assert.ok(said.startsWith(`TypeError: ${message}`), `${JSON.stringify(options)}: ${said}`);
  }
  assert.match(
    await fault({ purposes: ['profiling'] }),
    /^TypeError: purposes: the tracker has no purpose "profiling"/,
  );
  assert.equal(await page.locator('waymark-consent').count(), 0);
  assert.equal(
    await fault({ policyUrl: 'mailto:privacy@example.com', links: [{ text: 'Imprint', url: 'imprint' }] }),
    undefined,
  );
  const hrefs = await page.locator('waymark-consent a').evaluateAll((found) => found.map(({ href }) => href));
  assert.deepEqual(hrefs, ['mailto:privacy@example.com', `${site.origin}/imprint`]);
});

test('it is one element: options anew, removal, return, and options before it is defined', async (t) => {
  const page = await open(t);
  const outcome = await page.evaluate(async () => {
    const { defineBanner, showBanner } = await import('/js/dist/banner.js');
    const { consent, element } = window;
    const again = showBanner({ consent, text: { title: 'Second' } });
    const counts = [document.querySelectorAll('waymark-consent').length, consent.listeners.size];
    const sheets = document.adoptedStyleSheets.length;
    element.remove();
    counts.push(consent.listeners.size, document.adoptedStyleSheets.length);
    document.body.append(element);
    const title = element.shadowRoot.querySelector('h2').textContent;
    element.options = undefined;
    const early = document.createElement('other-consent');
    early.options = { consent, text: { title: 'Early' } };
    document.body.append(early);
    defineBanner('other-consent');
    defineBanner('other-consent');
    const early_title = early.shadowRoot.querySelector('h2').textContent;
    return {
      isSame: again === element,
      counts,
      sheets,
      title,
      left: element.shadowRoot.childElementCount,
      early_title,
    };
  });
  assert.deepEqual(outcome, {
    isSame: true,
    counts: [1, 1, 0, 0],
    sheets: 1,
    title: 'Second',
    left: 0,
    early_title: 'Early',
  });
});

test('it keeps a policy of own scripts and styles alone with Trusted Types, is there under automation, asks no network', async (t) => {
  const before = site.reports.length;
  for (const isBlocking of [false, true]) {
    const requests = [];
    const page = await open(t, { options: { isBlocking } });
    assert.equal(await page.evaluate(() => navigator.webdriver), true);
    page.on('request', (request) => requests.push(request.url()));
    await press(
      page,
      'Settings',
      'Back',
      'Settings',
      'Save choices',
      'Privacy choices',
      'Accept all',
      'Withdraw consent',
    );
    await page.waitForTimeout(200);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(page.faults, []);
    assert.deepEqual(requests, []);
  }
  assert.deepEqual(site.reports.slice(before), []);
});

test('the policy would tell: a style attribute and markup as text are reported', async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${site.origin}/broken.html`);
  await page.waitForFunction(() => window.isRefused && window.violations.length >= 2);
  assert.deepEqual(
    new Set(await page.evaluate(() => window.violations)),
    new Set(['style-src-attr', 'require-trusted-types-for']),
  );
  for (let waits = 0; site.reports.length < 2 && waits < 100; ++waits) await page.waitForTimeout(50);
  assert.match(site.reports.join(), /style-src/);
  assert.match(site.reports.join(), /require-trusted-types-for/);
});
