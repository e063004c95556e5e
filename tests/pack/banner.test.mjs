// `waymark/banner` in an application that has the package installed: its types, and what a bundler leaves out of it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const app = mkdtempSync(join(tmpdir(), 'waymark-banner-'));
after(() => rmSync(app, { recursive: true }));
mkdirSync(join(app, 'node_modules'));
symlinkSync(join(root, 'js'), join(app, 'node_modules/waymark'));
writeFileSync(join(app, 'package.json'), '{"type":"module"}');

async function bundle(contents) {
  const options = { bundle: true, minify: true, format: 'esm', write: false, logLevel: 'silent' };
  const { outputFiles } = await esbuild.build({ stdin: { contents, resolveDir: app }, ...options });
  return outputFiles[0].text;
}

test('a bundle that imports the banner for nothing holds nothing of it', async () => {
  const text = await bundle(`import 'waymark/banner'; import { showBanner } from 'waymark/banner'; console.log(1);`);
  assert.ok(text.length < 200, text.slice(0, 300));
});

test('a bundle with markup of its own holds neither the element nor texts', async () => {
  const elementAndTexts = /attachShadow|Reject all|color-scheme/;
  const headless = await bundle(`import { newBannerState, shownTexts } from 'waymark/banner';
    globalThis.mine = [newBannerState, shownTexts];`);
  assert.doesNotMatch(headless, elementAndTexts);
  assert.match(await bundle(`import { showBanner } from 'waymark/banner'; showBanner({});`), elementAndTexts);
});

const program = `
  import { defineBanner, en, newBannerState, noticeHash, showBanner, shownTexts } from 'waymark/banner';
  import type { BannerElement, BannerOptions, BannerText, ConsentControls, Notice } from 'waymark/banner';
  import { de } from 'waymark/banner/de';
  declare const consent: ConsentControls;
  const locales: BannerText[] = [de, { ...en, locale: 'en-US', signal: 'Opt-out signal honored' }];
  const options: BannerOptions = { consent, locales, text: { title: 'May we?', purposes: {} }, isBlocking: true };
  defineBanner('our-consent');
  const element: BannerElement = showBanner(options);
  element.open();
  const state = newBannerState({ consent, purposes: ['necessary', 'analytics'] });
  const notice: Promise<Notice> = state.setNotice({ texts: shownTexts(element), locale: 'en', variant: 'own' });
  const stop: () => void = state.onChange(() => state.get().rows.every(({ isOn }) => isOn));
  const hash: Promise<string> = noticeHash(['May we?']);
  // @ts-expect-error: whose consent is to be asked for
  showBanner({ locales });
  // @ts-expect-error: nothing ticks a purpose beforehand
  showBanner({ consent, ticked: ['analytics'] });
  // @ts-expect-error: the snapshot is a value
  state.get().view = 'closed';
  void [notice, stop, hash];`;

test('the types say what the functions take and give', () => {
  const file = join(app, 'app.ts');
  writeFileSync(file, program);
  for (const [module, moduleResolution] of [
    [ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
    [ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
  ]) {
    const target = ts.ScriptTarget.ES2022;
    const options = { noEmit: true, strict: true, target, module, moduleResolution, types: [] };
    const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options));
    assert.deepEqual(
      found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      [],
    );
  }
});
