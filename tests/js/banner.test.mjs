// The banner without its looks: what it asks, what an answer records, and on which text. In Node, where no page is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { defineBanner, en, newBannerState, noticeHash } from '../../js/dist/banner.js';
import { createConsent } from '../../js/dist/consent.js';
import { newConsentControls } from './consent_controls.mjs';

const everything = (value) => ({ functional: value, analytics: value, marketing: value });
const on = (state) =>
  state
    .get()
    .rows.filter(({ isOn }) => isOn)
    .map(({ purpose }) => purpose);
const notice = { texts: ['May we?', 'Yes', 'No'], locale: 'en', variant: 'own' };
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

test('it asks first, and each answer is recorded with its source and closes', async () => {
  const answers = [
    ['acceptAll', everything('granted')],
    ['rejectAll', everything('denied')],
    ['save', { functional: 'denied', analytics: 'granted', marketing: 'denied' }],
  ];
  for (const [answer, choices] of answers) {
    const consent = newConsentControls();
    const state = newBannerState({ consent });
    assert.equal(state.get().view, 'first');
    if (answer === 'save') {
      state.open();
      state.turn('analytics', true);
      state.turn('marketing', true);
      state.turn('marketing', false);
      assert.deepEqual(consent.calls, [], 'nothing is recorded before it is saved');
    }
    await state[answer]();
    assert.deepEqual(consent.calls, [{ choices, decided: { source: 'user', notice: undefined } }], answer);
    assert.equal(state.get().view, 'closed');
    assert.equal(state.get().mustAsk, false);
    assert.equal(state.get().canWithdraw, answer !== 'rejectAll');
  }
});

test('nothing but the own, present choice of the person ticks a purpose where consent is opt-in', () => {
  const granted = everything('granted');
  const cases = [
    [{}, ['necessary']],
    [{ defaults: granted }, ['necessary']],
    [{ choices: { analytics: 'granted' } }, ['necessary']], // of three purposes two are unanswered: it is asked anew
    [{ choices: granted }, ['necessary', 'functional', 'analytics', 'marketing']],
    [{ choices: everything('denied'), defaults: granted }, ['necessary']],
    [{ mode: 'opt-out' }, ['necessary', 'functional', 'analytics', 'marketing']],
    [{ mode: 'opt-out', locked: { marketing: 'gpc' } }, ['necessary', 'functional', 'analytics']],
  ];
  for (const [setting, expected] of cases) {
    const state = newBannerState({ consent: newConsentControls(setting) });
    assert.deepEqual(on(state), expected, JSON.stringify(setting));
    state.open();
    assert.deepEqual(on(state), expected, JSON.stringify(setting));
  }
});

test('what is locked stays as it is and is in no answer', async () => {
  const consent = newConsentControls({ locked: { marketing: 'gpc' }, signals: ['gpc'] });
  const state = newBannerState({ consent });
  assert.deepEqual(state.get().signals, ['gpc']);
  state.turn('marketing', true);
  state.turn('necessary', false);
  assert.deepEqual(on(state), ['necessary']);
  await state.acceptAll();
  assert.deepEqual(consent.calls[0].choices, { functional: 'granted', analytics: 'granted' });
});

test('leaving the settings is no answer: back to the question, or closed', () => {
  const consent = newConsentControls();
  const state = newBannerState({ consent });
  state.open();
  state.turn('analytics', true);
  state.close();
  assert.equal(state.get().view, 'first');
  assert.deepEqual(on(state), ['necessary'], 'what was not saved is forgotten');
  consent.change(everything('denied'));
  state.open();
  state.close();
  assert.equal(state.get().view, 'closed');
  assert.deepEqual(consent.calls, []);
});

test('it follows what happens elsewhere: an answer in another tab, a signal, a choice that expires', () => {
  const consent = newConsentControls();
  const state = newBannerState({ consent });
  let changes = 0;
  const stop = state.onChange(() => ++changes);
  const first = state.get();
  consent.change(everything('granted'));
  assert.equal(state.get().view, 'closed');
  consent.lock('marketing', 'gpc');
  assert.deepEqual(state.get().rows.at(-1), { purpose: 'marketing', isOn: false, isLocked: true, source: 'gpc' });
  consent.change(everything('unknown'));
  assert.equal(state.get().view, 'first');
  assert.equal(changes, 3);
  assert.deepEqual(
    first.rows.map(({ isOn }) => isOn),
    [true, false, false, false],
    'an old value stays as it was',
  );
  stop();
  state.open();
  assert.equal(changes, 3);
  assert.equal(consent.listeners.size, 0, 'the tracker is followed no longer');
  state.close();
  consent.change(everything('denied'));
  state.onChange(() => {});
  assert.equal(state.get().view, 'closed', 'what happened meanwhile is seen');
});

test('a banner for some purposes asks for these alone, and not again once they are answered', async () => {
  const purposes = ['analytics', 'marketing'];
  for (const answer of ['acceptAll', 'rejectAll']) {
    const consent = createConsent({ writeKey: 'demo', storage: 'memory' });
    assert.equal(newBannerState({ consent, purposes: ['necessary'] }).get().view, 'closed');
    await newBannerState({ consent, purposes })[answer]();
    assert.equal(consent.status().mustAsk, true, 'the tracker has a third that nobody was asked for');
    const state = newBannerState({ consent, purposes });
    assert.equal(state.get().view, 'closed', answer);
    assert.equal(state.get().mustAsk, false);
    assert.deepEqual(on(state), answer === 'acceptAll' ? purposes : []);
    assert.equal(newBannerState({ consent }).get().view, 'first', 'a banner for all goes on asking');
    consent.set({ marketing: 'unknown' });
    assert.equal(newBannerState({ consent, purposes }).get().view, 'first');
  }
});

test('before init it asks nothing, and once the tracker has begun it asks', async () => {
  const purposes = ['analytics'];
  const begin = async (options) => {
    // A tracker of its own: the one of the entry is there once in a process.
    const { consent, init } = await import(`../../js/dist/track.js?${Math.random()}`);
    const state = newBannerState({ consent, ...options });
    assert.deepEqual([state.get().view, state.get().rows], ['closed', []]);
    return {
      state,
      init: () => init({ writeKey: 'demo', endpoint: 'https://collect.example.com', storage: 'memory' }),
    };
  };
  const { state, init } = await begin({ purposes });
  const asked = new Promise((resolve) => state.onChange(resolve));
  init();
  await asked;
  assert.equal(state.get().view, 'first');
  assert.deepEqual(
    state.get().rows.map(({ purpose }) => purpose),
    purposes,
  );

  const left = await begin();
  let changes = 0;
  left.state.onChange(() => ++changes)();
  left.init();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(changes, 0, 'who listens no longer is not told');
});

test('an answer carries the notice: at once if its hash is ready, else when it is, and once', async () => {
  const expected = { hash: sha256('May we?\nYes\nNo\n'), locale: 'en', variant: 'own' };
  const consent = newConsentControls();
  const state = newBannerState({ consent, notice });
  const waiting = state.acceptAll();
  await state.rejectAll(); // a second press, while the first waits
  assert.deepEqual(consent.calls, []);
  await waiting;
  assert.deepEqual(consent.calls, [{ choices: everything('granted'), decided: { source: 'user', notice: expected } }]);

  const other = { ...notice, texts: ['May we? ', 'Yes', 'No!'] };
  assert.deepEqual(await state.setNotice(other), { ...expected, hash: sha256('May we?\nYes\nNo!\n') });
  void state.rejectAll();
  assert.equal(consent.calls.length, 2, 'within the call');
  assert.equal(consent.calls[1].decided.notice.hash, sha256('May we?\nYes\nNo!\n'));
  assert.equal(state.setNotice({ ...other, texts: [...other.texts] }), state.setNotice(other), 'hashed once');
});

test('the hash is that of the texts, one a line, and empty where the platform has none', async (t) => {
  assert.equal(await noticeHash(['  a\n\t b ', 'ć']), sha256('a b\nć\n'));
  assert.notEqual(await noticeHash(['a b']), await noticeHash(['a', 'b']));
  assert.equal(await noticeHash(['a\u00a0b']), sha256('a\u00a0b\n'), 'a space that does not break is no white space');
  t.mock.getter(globalThis, 'crypto', () => ({}));
  assert.equal(await noticeHash(['a']), '');
});

test('the command that the documentation gives makes the same hash', async () => {
  const [command] = /^printf .*$/m.exec(readFileSync(new URL('../../docs/banner.md', import.meta.url), 'utf8'));
  const { title, body, reject, accept, settings, purposes } = en;
  const names = ['functional', 'analytics', 'marketing'].map((purpose) => purposes[purpose].label);
  const hash = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).slice(0, 64);
  assert.equal(hash, await noticeHash([title, body, ...names, reject, accept, settings]));
});

test('purposes and a tracker that are none are refused in words', () => {
  const consent = newConsentControls();
  assert.throws(() => newBannerState({ consent, purposes: ['analytics', 'profiling'] }), {
    name: 'TypeError',
    message: /no purpose "profiling".*necessary, functional, analytics, marketing/,
  });
  assert.throws(() => newBannerState({ consent, purposes: 'analytics' }), {
    name: 'TypeError',
    message: "purposes: no list. Give ['analytics']",
  });
  assert.throws(() => newBannerState({}), { name: 'TypeError', message: /^consent: not given/ });
  const state = newBannerState({ consent, purposes: ['marketing', 'analytics'] });
  assert.deepEqual(
    state.get().rows.map(({ purpose }) => purpose),
    ['marketing', 'analytics'],
  );
});

test('a tracker that fails while it records is not hidden, and the next answer is taken', async () => {
  const consent = newConsentControls();
  const { set } = consent;
  consent.set = () => {
    throw new Error('broken');
  };
  const state = newBannerState({ consent });
  await assert.rejects(state.acceptAll(), /broken/);
  consent.set = set;
  await state.rejectAll();
  assert.equal(consent.calls.length, 1);
});

test('it can be imported and registered where no page is', () => assert.equal(defineBanner(), undefined));

const locales = readdirSync(new URL('../../js/dist/banner/locales/', import.meta.url))
  .filter((name) => name.endsWith('.js'))
  .map((name) => name.replace('.js', ''));

test('there are ten languages', () =>
  assert.deepEqual(locales.sort(), ['ar', 'de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt']));

/** Every text by its path; what is no text is not in it. */
const textsByPath = (value, path = '') =>
  Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' ? textsByPath(inner, `${path}${key}.`) : [[`${path}${key}`, inner]],
  );

for (const locale of locales)
  test(`${locale} has every text, in its own language`, async () => {
    const { [locale]: text } = await import(`../../js/dist/banner/locales/${locale}.js`);
    const english = new Map(textsByPath(en));
    const texts = textsByPath(text);
    assert.deepEqual(
      texts.map(([path]) => path),
      [...english.keys()],
    );
    for (const [path, value] of texts) assert.ok(value.trim() && value === value.trim(), path);
    assert.equal(text.locale, locale);
    assert.equal(text.direction, ['ar', 'he', 'fa'].includes(locale) ? 'rtl' : 'ltr');
    assert.equal(new Set(texts.map(([, value]) => value)).size, texts.length, 'no text stands twice');
    const borrowed = texts.filter(([path, value]) => value === english.get(path)).map(([path]) => path);
    const international = ['direction', 'purposes.marketing.label'];
    if (locale !== 'en')
      assert.deepEqual(
        borrowed.filter((path) => !international.includes(path)),
        [],
      );
  });
