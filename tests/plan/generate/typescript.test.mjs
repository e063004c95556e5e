// track.ts under the compiler of this repository: what is right compiles, each wrong use does not.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { build } from 'esbuild';
import ts from 'typescript';
import { checkTypes, compilerOptions, linesWithErrors } from './type_check.mjs';
import { makeWorkspace, markedLines, root } from './workspace.mjs';

/** The package as a user has it installed. */
function makeProject(test, generated, cases) {
  const directory = makeWorkspace(test, generated, cases);
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(join(root, 'js'), join(directory, 'node_modules/waymark'));
  return directory;
}

test('right uses compile', (t) => {
  assert.deepEqual(checkTypes(makeProject(t, 'shop/typescript', { 'good.ts': 'good.ts' }), 'good.ts'), []);
});

test('each wrong use is refused where it stands', (t) => {
  const directory = makeProject(t, 'shop/typescript', { 'wrong.ts': 'wrong.ts' });
  const wrong = markedLines(readFileSync(join(directory, 'wrong.ts'), 'utf8'), '// wrong:');
  assert.ok(wrong.length >= 25);
  assert.deepEqual(
    linesWithErrors(directory, 'wrong.ts'),
    wrong.map(([line]) => `wrong.ts:${line}`),
  );
});

test('the error names the property that is wrong', (t) => {
  const directory = makeProject(t, 'shop/typescript', { 'good.ts': 'good.ts' });
  const use = "import { track } from './track';\ntrack('cart_emptied');\n";
  const messageOf = (call) => {
    writeFileSync(join(directory, 'use.ts'), use + call);
    return checkTypes(directory, 'use.ts')
      .map(({ message }) => message)
      .join('\n');
  };
  assert.match(messageOf("track('product_viewed', { product_id: 1, sise: [1, 2] });"), /'sise' does not exist/);
  assert.match(messageOf("track('product_viewed', {});"), /Property 'product_id' is missing/);
  assert.match(messageOf("track('product_viewd', { product_id: 1 });"), /'"product_viewd"'/);
});

test('a deprecated event and a deprecated property are marked, others are not', (t) => {
  const directory = makeProject(t, 'shop/typescript', {});
  const file = join(directory, 'use.ts');
  const calls = ["track('basket_opened', { from: 'menu' });", "track('cart_emptied');"];
  writeFileSync(file, ["import { track } from './track';", ...calls].join('\n'));
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) =>
      ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(ts.sys.readFile(name)) : undefined,
    getCurrentDirectory: () => directory,
    getCompilationSettings: () => compilerOptions,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: ts.sys.realpath,
  });
  const marked = service.getSuggestionDiagnostics(file).filter(({ reportsDeprecated }) => reportsDeprecated);
  const lines = marked.map(({ file: source, start }) => source.getLineAndCharacterOfPosition(start).line + 1);
  assert.deepEqual(lines, [2]);
  const info = service.getQuickInfoAtPosition(file, ts.sys.readFile(file).indexOf("track('basket"));
  assert.deepEqual(
    info.tags.map(({ name, text }) => [name, text[0].text]),
    [['deprecated', 'use cart_opened']],
  );
  service.dispose();
});

for (const plan of ['tiny', 'nasty']) {
  test(`the types of the plan ${plan} compile`, (t) => {
    assert.deepEqual(checkTypes(makeProject(t, `${plan}/typescript`, {}), 'track.ts'), []);
  });
}

test('texts of a plan cannot bring tags or code into the file', (t) => {
  const directory = makeProject(t, 'nasty/typescript', {});
  const source = ts.createSourceFile(
    'track.ts',
    readFileSync(join(directory, 'track.ts'), 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const tags = [];
  const visit = (node) => {
    for (const tag of ts.getJSDocTags(node)) tags.push(tag.tagName.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  // Those of the two deprecated events, seen from each of their nodes.
  assert.deepEqual([...new Set(tags)], ['deprecated']);
  const kinds = new Set(source.statements.map((statement) => ts.SyntaxKind[statement.kind]));
  const allowed = [
    'ImportDeclaration',
    'ExportDeclaration',
    'InterfaceDeclaration',
    'TypeAliasDeclaration',
    'FirstStatement',
  ];
  assert.deepEqual([...kinds].sort(), allowed.sort());
});

test('the plan is handed to init', (t) => {
  const directory = makeProject(t, 'tiny/typescript_with_plan', {});
  writeFileSync(
    join(directory, "plan's.ts"),
    "export const plan = { table: 'AAAA', events: { cart_emptied: 'functional' } };\n",
  );
  assert.deepEqual(checkTypes(directory, 'track.ts'), []);
  writeFileSync(join(directory, "plan's.ts"), 'export const plan = 1;\n');
  assert.notDeepEqual(checkTypes(directory, 'track.ts'), []);
});

test('nothing but the package is left in a bundle', async (t) => {
  const directory = makeProject(t, 'shop/typescript', {});
  writeFileSync(join(directory, 'typed.ts'), "import { track } from './track';\ntrack('cart_emptied');\n");
  writeFileSync(join(directory, 'untyped.ts'), "import { track } from 'waymark';\ntrack('cart_emptied');\n");
  const sizeOf = async (file) => {
    const { outputFiles } = await build({
      entryPoints: [join(directory, file)],
      bundle: true,
      minify: true,
      format: 'esm',
      charset: 'utf8',
      outdir: directory,
      splitting: true,
      write: false,
    });
    return outputFiles.find(({ path }) => path.endsWith(file.replace('.ts', '.js'))).contents.length;
  };
  const [typed, untyped] = [await sizeOf('typed.ts'), await sizeOf('untyped.ts')];
  assert.ok(typed <= untyped + 16, `${typed} bytes instead of ${untyped}`);
});
