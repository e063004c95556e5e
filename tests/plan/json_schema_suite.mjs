// The official JSON-Schema-Test-Suite, as Debian's libtest-json-schema-acceptance-perl carries it: its JSON files alone,
// so the package is unpacked below build/ and not installed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = fileURLToPath(new URL('../../', import.meta.url));
const packageName = 'libtest-json-schema-acceptance-perl';
const inPackage = 'usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests';

// The folder with draft7/ and draft2020-12/.
export const suiteFolder = () => {
  for (const base of ['/', path.join(root, 'build/json-schema-suite')]) {
    if (existsSync(path.join(base, inPackage))) return path.join(base, inPackage);
  }
  const folder = path.join(root, 'build/json-schema-suite');
  mkdirSync(folder, { recursive: true });
  const download = () => execFileSync('apt-get', ['download', '-q', packageName], { cwd: folder, stdio: 'pipe' });
  try {
    download();
  } catch {
    execFileSync('apt-get', ['update', '-q'], { stdio: 'pipe' });
    download();
  }
  const archive = readdirSync(folder).find((name) => name.startsWith(packageName) && name.endsWith('.deb'));
  execFileSync('dpkg', ['-x', archive, '.'], { cwd: folder });
  return path.join(folder, inPackage);
};

// Runs files through the compiler and the native validator; what json_schema_suite.cpp prints, a group an object.
const program =
  process.env.JSON_SCHEMA_SUITE ??
  fileURLToPath(new URL('../../build/release/tests/plan/json_schema_suite', import.meta.url));
export const runNatively = (dialect, formats, files) =>
  execFileSync(program, [dialect, formats, ...files], { maxBuffer: 1 << 30 })
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
