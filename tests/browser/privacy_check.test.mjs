// The privacy check sees what it says it sees: every way to leak, each alone on a page, by the instruments that must see it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { assertSilent, checkPrivacy, launchChromium, NotSilentError, visitPage } from '../../js/dist/testing.js';
import { matrix, others } from './leaks/techniques.mjs';
import { serve } from './leaks/site.mjs';

// The matrix each time, what goes beyond it with `test --all`.
const techniques = process.env.WAYMARK_ALL ? [...matrix, ...others] : matrix;
const idleMs = 100;
const atOnce = 6;
const command = fileURLToPath(new URL('../../js/dist/waymark.js', import.meta.url));

const buttons = '<button id="yes">Yes</button><button id="no">No</button><script>setTimeout(() => {}, 9000)</script>';
const onYes = (text) => `yes.onclick = () => { const id = crypto.randomUUID(); ${text} };`;

// Trackers that are silent before a yes. The first cleans up after a no, each of the others does not.
const trackers = {
  tidy: `${onYes(`localStorage.id = id; document.cookie = 'id=' + id;
      globalThis.timer = setInterval(() => navigator.sendBeacon('/t', id), 20); globalThis.hear = () => {};
      addEventListener('scroll', hear); globalThis.push = history.pushState; history.pushState = () => {};`)}
    no.onclick = () => { delete localStorage.id; document.cookie = 'id=; max-age=0'; clearInterval(globalThis.timer);
      removeEventListener('scroll', globalThis.hear); delete history.pushState; localStorage.consent = 'no'; };`,
  keeps_cookie: onYes("document.cookie = 'id=' + id"),
  keeps_database: onYes(
    "indexedDB.open('kept').onupgradeneeded = ({ target }) => target.result.createObjectStore('ids').put(id, 1)",
  ),
  keeps_storage: onYes('localStorage.id = id'),
  shares_value: onYes("localStorage.id = 'b1946ac92492d2347c6235b4d2611184'"),
  keeps_listener: onYes("addEventListener('scroll', () => {})"),
  keeps_lock: onYes("navigator.locks.request('kept', () => new Promise(() => {}))"),
  keeps_timer: onYes('setInterval(() => {}, 7000)'),
  keeps_observer: onYes('new ResizeObserver(() => {}).observe(document.body)'),
  keeps_patch: onYes('history.pushState = () => {}'),
  keeps_sending: onYes("setInterval(() => navigator.sendBeacon('/t', id), 20)"),
  keeps_memory: onYes(`localStorage.id = id; const memory = new WebAssembly.Memory({ initial: 1 });
    new Uint8Array(memory.buffer).set(new TextEncoder().encode(id), 100); globalThis.kept = () => memory;
    no.onclick = () => { delete localStorage.id };`),
  sends_at_no: `${onYes('')} no.onclick = () => setTimeout(() => navigator.sendBeacon('/no'), 300)`,
};

let browser;
let site;
let clean;

before(async () => {
  const pages = { '/clean/': { body: '' }, '/also_clean/': { body: '' } };
  techniques.forEach(([, body, , , , headers], index) => (pages[`/leak${index}/`] = { body, headers }));
  for (const [path, script] of Object.entries(trackers)) {
    pages[`/${path}/`] = { body: `${buttons}<script src="tracker.js"></script>` };
    pages[`/${path}/tracker.js`] = { script };
  }
  site = await serve(pages);
  browser = await launchChromium();
  clean = await visitPage(browser, { url: `${site.origin}/clean/`, idleMs, others: 'refuse' });
});

after(async () => {
  await browser.close();
  await site.close();
});

const check = (path, options) =>
  checkPrivacy({ browser, url: `${site.origin}${path}`, baseline: clean, idleMs, others: 'refuse', ...options });

test('the matrix has 34 techniques', () => assert.equal(matrix.length, 34));

test('a clean page is silent, with a baseline and without', async () => {
  for (const options of [{}, { baseline: undefined }]) {
    const report = await check('/also_clean/', options);
    assert.deepEqual(report.findings, []);
    assert.equal(report.silent, true);
  }
});

test('every technique is seen, by every instrument that must see it, and in its place', async (t) => {
  const faults = [];
  let next = 0;
  async function work() {
    while (next < techniques.length) {
      const index = next++;
      const [name, , effect, what, seenBy] = techniques[index];
      const report = await check(`/leak${index}/`);
      const finding = report.findings.find((each) => each.effect === effect && what.test(each.what));
      const blind = seenBy.split(' ').filter((instrument) => !finding?.seenBy.includes(instrument));
      if (report.silent || !finding || blind.length > 0)
        faults.push(
          `${name}: ${finding ? `not seen by ${blind}` : `only ${JSON.stringify(report.findings.map((each) => `${each.effect} ${each.what}`))}`}`,
        );
      const byHook = finding?.seenBy.includes('hook') && !/worker/.test(name);
      if (byHook && !finding.where?.url.endsWith(`/leak${index}/`))
        faults.push(`${name}: called by ${finding.where?.url}`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  t.diagnostic(`${techniques.length} techniques`);
  assert.deepEqual(faults, []);
});

const choice = { accept: { click: '#yes' }, withdraw: { click: '#no' }, baseline: undefined };
const named = (report) => report.findings.map(({ stage, effect, what }) => `${stage} ${effect} ${what}`);
const uuid = '[0-9a-f-]{36}';

test('a tracker that cleans up leaves only what is allowed', async () => {
  const report = await check('/tidy/', {
    ...choice,
    without: ['*/tracker.js'],
    allow: ['storage localStorage consent', 'listener button click'],
  });
  assert.deepEqual(named(report), []);
  assert.ok(report.idsFollowed > 0, 'the id was followed');
  assert.ok(report.allowed.some(({ what }) => what === 'localStorage consent'));
});

const quickKinds = /cookie|database|listener|lock|sending|memory/;

test('what is left after a withdrawal is found', async (t) => {
  const left = {
    keeps_cookie: [/^remains cookie id$/, `^remains id ${uuid} in cookie id$`],
    keeps_database: [/^remains database kept$/, `^remains id ${uuid} in database kept$`],
    keeps_storage: [/^remains storage localStorage id$/, `^remains id ${uuid} in storage localStorage id$`],
    keeps_listener: [/^remains listener window scroll$/],
    keeps_lock: [/^remains lock kept$/],
    keeps_timer: [/^remains timer setInterval 7000 ms$/],
    keeps_observer: [/^remains observer ResizeObserver$/],
    keeps_patch: [/^remains replaced history\.pushState$/],
    keeps_sending: [/^after request POST .*\/t$/, `^remains id ${uuid} in request POST .*\/t$`],
    keeps_memory: [`^remains id ${uuid} in a WebAssembly memory$`],
    sends_at_no: [/^after request POST .*\/no$/],
  };
  const missed = [];
  // Five visits each: those whose instruments find the others too.
  const kinds = Object.keys(left).filter((path) => process.env.WAYMARK_ALL || quickKinds.test(path));
  t.diagnostic(`left to \`test --all\`: ${Object.keys(left).filter((path) => !kinds.includes(path))}`);
  await Promise.all(
    kinds.map(async (path) => {
      const found = named(await check(`/${path}/`, { ...choice, without: ['*/tracker.js'] }));
      for (const pattern of left[path])
        if (!found.some((line) => new RegExp(pattern).test(line)))
          missed.push(`${path}: no ${pattern} in ${JSON.stringify(found)}`);
    }),
  );
  assert.deepEqual(missed, []);
});

test('an id is found in the profile on disk, and not one that two visitors share', async () => {
  const report = await check('/keeps_storage/', { ...choice, profile: true });
  assert.ok(named(report).some((line) => new RegExp(`^remains id ${uuid} in profile .*Local Storage`).test(line)));
  const shared = named(await check('/shares_value/', { ...choice, profile: true }));
  assert.ok(shared.includes('remains storage localStorage id'));
  assert.deepEqual(
    shared.filter((line) => line.includes('profile')),
    [],
  );
});

test("the baseline takes away what is the page's own, and not more", async () => {
  const alone = await check('/keeps_timer/', { baseline: undefined });
  assert.ok(named(alone).includes('before timer setTimeout 9000 ms'), "without a baseline the page's own is listed");
  const compared = await check('/keeps_timer/', { baseline: undefined, without: ['*/tracker.js'] });
  assert.deepEqual(named(compared), ['before listener button click']);
  assert.match(compared.findings[0].where.url, /\/keeps_timer\/tracker\.js$/);
  const other = await check('/keeps_timer/', { baseline: `${site.origin}/tidy/` });
  assert.deepEqual(named(other), [], 'both listen to one button less than the tidy one');
});

test('a request to another host goes through or not, and is seen in either case', async () => {
  const other = await serve({});
  try {
    const index = matrix.findIndex(([name]) => name === 'image');
    const port = new URL(other.origin).port;
    const leaky = await serve({ '/': { body: matrix[index][1].replace('leak.example', `localhost:${port}`) } });
    try {
      for (const [others, arrived] of [
        ['refuse', 0],
        ['forward', 1],
      ]) {
        const report = await checkPrivacy({ browser, url: `${leaky.origin}/`, idleMs, others });
        assert.deepEqual(named(report), [`before request GET http://localhost:${port}/x.gif`]);
        assert.equal(other.log.length, arrived, others);
      }
      const report = await checkPrivacy({ browser, url: `${leaky.origin}/`, idleMs, ownHosts: [`localhost:${port}`] });
      assert.deepEqual(named(report), [], 'an image of the site itself');
    } finally {
      await leaky.close();
    }
  } finally {
    await other.close();
  }
});

test('assertSilent throws what was found, but for what is allowed', async () => {
  const report = await check(`/leak${matrix.findIndex(([name]) => name === 'setItem')}/`);
  assert.throws(
    () => assertSilent(report),
    (error) => error instanceof NotSilentError && /storage +localStorage visitor/.test(error.message),
  );
  assert.throws(() => assertSilent(report, ['storage localStorage other']), NotSilentError);
  assertSilent(report, ['storage localStorage visit?r']);
});

const run = (...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { timeout: 60_000 }, (error, output, errors) =>
      resolve({ status: error ? error.code : 0, output, errors }),
    );
  });

test('the command: 0 silent, 1 effects found, with a report for people and for programs', async () => {
  const leak = `${site.origin}/leak${matrix.findIndex(([name]) => name === 'setInterval')}/`;
  const quick = ['--idle-ms', '100', '--refuse-others'];
  const [silent, loud, json, allowed] = await Promise.all([
    run('privacy-check', `${site.origin}/clean/`, ...quick),
    run('privacy-check', leak, ...quick),
    run('privacy-check', leak, '--json', '--baseline', `${site.origin}/clean/`, ...quick),
    run('privacy-check', leak, '--allow', 'timer *', ...quick),
  ]);
  assert.deepEqual([silent.status, silent.errors], [0, '']);
  assert.match(silent.output, /Before a choice: nothing\n\nSilent\.\n$/);
  assert.equal(loud.status, 1);
  assert.match(
    loud.output,
    /timer +setInterval 5000 ms\n +by http.*\/leak\d+\/:1:\d+; load, \d\.\d\d s; seen by hook\n/,
  );
  assert.equal(json.status, 1);
  const report = JSON.parse(json.output);
  assert.deepEqual([report.version, report.silent, report.stages], [1, false, ['before']]);
  assert.deepEqual(report.baseline, { kind: 'url', url: `${site.origin}/clean/` });
  assert.deepEqual(named(report), ['before timer setInterval 5000 ms']);
  assert.equal(allowed.status, 0);
});

test('the command: 2 and one line that says what is wrong', async () => {
  const url = `${site.origin}/clean/`;
  const wrong = [
    [[], /give one URL, not 0/],
    [['ftp://host/'], /"ftp:\/\/host\/" is no address of a page/],
    [[url, '--nonsense'], /Unknown option '--nonsense'/],
    [[url, '--idle-ms', 'soon'], /--idle-ms wants a whole number of milliseconds, not "soon"/],
    [
      [url, '--idle-ms', '-5'],
      /check: --idle-ms has no value; one that begins with a dash is given as --idle-ms=VALUE\. See/,
    ],
    [[url, '--idle-ms=-5'], /idle for 0 to 600000 ms, not for -5$/m],
    [[url, '--accept', '#yes'], /none to take it back/],
    [[url, '--accept', '#yes', '--accept-js', 'yes()'], /give either --accept or --accept-js/],
    [[url, '--without', '*', '--baseline', url], /give one of them/],
    [[url, '--browser', '/nonsense'], /no program at \/nonsense/],
    [['http://127.0.0.1:9/'], /cannot open http:\/\/127\.0\.0\.1:9\//],
    [[`${site.origin}/missing.html`], /cannot open .*missing\.html|answers with status/],
    [[url, '--withdraw-js', 'missing()', '--idle-ms', '0'], /the page does not do "missing\(\)": ReferenceError/],
  ];
  const faults = [];
  for (const [args, message] of wrong) {
    const { status, output, errors } = await run('privacy-check', ...args);
    if (status !== 2 || output !== '' || !message.test(errors) || errors.trim().includes('\n') || errors.includes('..'))
      faults.push(`${args.join(' ')}: ${status} ${output} ${errors}`);
  }
  assert.deepEqual(faults, []);
});
