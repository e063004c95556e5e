// Adapters that fail open in one place each. The list of cases in which nothing may be granted finds every one of them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { casesOf } from './fail_closed.mjs';
import { FakeCookiebot } from './fake_cookiebot.mjs';
import { FakeDidomi } from './fake_didomi.mjs';
import { FakeGoogle } from './fake_google.mjs';
import { FakeGpp } from './fake_gpp.mjs';
import { FakeKlaro } from './fake_klaro.mjs';
import { FakeOneTrust } from './fake_onetrust.mjs';
import { FakeOsano } from './fake_osano.mjs';
import { FakeTcf } from './fake_tcf.mjs';
import { FakeUsercentrics2, FakeUsercentrics3 } from './fake_usercentrics.mjs';
import { FakeVanillaCookieConsent } from './fake_vanilla-cookieconsent.mjs';
import { onPage } from './page.mjs';

const folder = fileURLToPath(new URL('../../../js/src/consent/adapters/', import.meta.url));
const implied = 'all holds without a choice of the person';

/** Builds the adapter of `Fake` with `from` replaced by `to` in `file`. */
async function mutate(Fake, file, from, to) {
  const name = Fake.source.replace('cmp:', '');
  const text = await readFile(folder + file, 'utf8');
  assert.equal(text.split(from).length, 2, `${file} has "${from}" once`);
  const replaced = {
    name: 'replace',
    setup: (build) =>
      void build.onLoad({ filter: new RegExp(`/adapters/${file}$`) }, () => ({
        contents: text.replace(from, () => to),
        loader: 'ts',
      })),
  };
  const { outputFiles } = await esbuild.build({
    entryPoints: [`${folder}${name}.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    plugins: [replaced],
  });
  const module = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return Object.entries(module).find(([exported]) => exported.startsWith('connect'))[1];
}

for (const [Fake, file, from, to, name] of [
  [FakeCookiebot, 'connection.ts', 'Math.min(', 'Math.min(3, ', 'the mapping names nothing'],
  [
    FakeCookiebot,
    'connection.ts',
    "said || 'unknown'",
    "said || 'granted'",
    'the mapping names a category that it does not have',
  ],
  [
    FakeCookiebot,
    'connection.ts',
    'Math.min(',
    'Math.max(',
    'the mapping names one category that it has and one that it does not',
  ],
  [FakeCookiebot, 'connection.ts', 'said === true ?', 'true ?', 'the person refuses'],
  [FakeKlaro, 'connection.ts', '      choices = undefined;', '      return;', 'it throws after a grant'],
  [FakeOneTrust, 'connection.ts', 'isOver = true;', '', 'it was disconnected before the choice'],
  [FakeOneTrust, 'onetrust.ts', 'requireExplicit = true', 'requireExplicit = false', implied],
  [FakeOneTrust, 'onetrust.ts', "group !== '' && ", '', 'the mapping names ""'],
  [
    FakeOneTrust,
    'onetrust.ts',
    'active.includes(group)',
    'groups.includes(group)',
    'what it says is like a yes, but none',
  ],
  [FakeCookiebot, 'cookiebot.ts', 'requireExplicit = true', 'requireExplicit = false', implied],
  [FakeUsercentrics2, 'usercentrics.ts', 'requireExplicit = true', 'requireExplicit = false', implied],
  [FakeUsercentrics3, 'usercentrics.ts', 'requireExplicit = true', 'requireExplicit = false', implied],
  [
    FakeUsercentrics3,
    'usercentrics.ts',
    "state === 'ALL_ACCEPTED'",
    "state !== 'ALL_DENIED'",
    'what it says is like a yes, but none',
  ],
  [
    FakeUsercentrics2,
    'usercentrics.ts',
    'found.length > 0',
    'true',
    'the mapping names a category that it does not have',
  ],
  [FakeDidomi, 'didomi.ts', 'requireExplicit = true', 'requireExplicit = false', implied],
  [FakeOsano, 'osano.ts', 'requireExplicit = true', 'requireExplicit = false', implied],
  [FakeOsano, 'osano.ts', 'if (!requireExplicit) manager', 'manager', implied],
  [FakeGoogle, 'google.ts', 'requireExplicit = true', 'requireExplicit = false', implied],
  [FakeGoogle, 'google.ts', "!== '[object Arguments]'", "=== ''", 'what it says is like a yes, but none'],
  [FakeGoogle, 'google.ts', 'updates = {};\n      return', 'return', 'it throws after a grant'],
  [FakeGpp, 'gpp.ts', 'requireExplicit = true', 'requireExplicit = false', implied],
  [FakeGpp, 'gpp.ts', "last?.signalStatus !== 'ready' || ", '!last || ', 'it is no longer ready after a grant'],
  [FakeGpp, 'gpp.ts', "last.cmpStatus !== 'loaded' || ", '', 'it gets into its error state after a grant'],
  [FakeTcf, 'tcf.ts', "data?.cmpStatus !== 'error'", 'true', 'it is in its error state'],
  [
    FakeTcf,
    'tcf.ts',
    'purpose?.consents?.[id] === true',
    '!!purpose?.consents?.[id]',
    'what it says is like a yes, but none',
  ],
  [FakeKlaro, 'klaro.ts', 'if (confirmed !== true) return undefined;', '', implied],
  [FakeVanillaCookieConsent, 'vanilla-cookieconsent.ts', 'api.validConsent() !== true', 'false', implied],
])
  test(`${file} with "${to.trim()}" for "${from.trim()}" fails when ${name}`, async () => {
    const connect = await mutate(Fake, file, from, to);
    const { run } = casesOf(Fake).find((known) => known.name === name);
    await assert.rejects(onPage(Fake, run, connect)(), ({ name: kind, message }) => {
      return kind === 'AssertionError' && message !== 'granted before';
    });
  });
