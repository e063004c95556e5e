// The examples of docs/generated-code.md, against the code that they are about: what they mark is refused as they say,
// and nothing else is. Go's is in go.test.mjs.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { assertMarked, example } from './documentation.mjs';
import { checkTypes } from './type_check.mjs';
import { makeWorkspace, root, run } from './workspace.mjs';

const assertTypes = (cwd, file, text) =>
  assertMarked(
    text,
    checkTypes(cwd, file).map(({ file: where, line, message }) => [where === file ? line : 0, message]),
  );

test('TypeScript', (t) => {
  const cwd = makeWorkspace(t, 'shop/typescript');
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(join(root, 'js'), join(cwd, 'node_modules/waymark'));
  writeFileSync(join(cwd, 'example.ts'), example('ts'));
  assertTypes(cwd, 'example.ts', example('ts'));
});

test('Node', (t) => {
  const cwd = makeWorkspace(t, 'shop/node');
  // Its only foreign name is `console`, which the DOM has too.
  writeFileSync(join(cwd, 'example.mjs'), example('js'));
  assertTypes(cwd, 'example.mjs', example('js'));
});

test('C++', async (t) => {
  const cwd = makeWorkspace(t, 'shop/cpp');
  const use = '\nstruct Sink { void track(std::string_view, std::string_view) {} };\ntemplate void example(Sink&);\n';
  writeFileSync(join(cwd, 'example.cpp'), example('cpp') + use);
  const { stderr } = await run('g++', ['-std=c++20', '-fsyntax-only', '-fmax-errors=0', 'example.cpp'], { cwd });
  const found = [...stderr.matchAll(/^example\.cpp:(\d+):\d+: error: (.*)/gm)];
  assertMarked(
    example('cpp'),
    found.map(([, line, message]) => [Number(line), message]),
  );
});

for (const [generated, number] of [
  ['python', 0],
  ['python_ping', 1],
]) {
  test(`Python: ${generated}`, async (t) => {
    const cwd = makeWorkspace(t, `shop/${generated}`);
    writeFileSync(join(cwd, 'example.py'), example('python', number));
    const { stdout } = await run('mypy', ['--strict', '--python-version', '3.9', 'example.py'], { cwd });
    const found = [...stdout.matchAll(/^(.+?):(\d+): error: (.*)/gm)];
    assertMarked(
      example('python', number),
      found.map(([, file, line, message]) => [file === 'example.py' ? Number(line) : 0, message]),
    );
  });
}
