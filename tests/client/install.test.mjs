// What `cmake --install` puts in place is all that a program needs: shared and static, by find_package and by
// pkg-config, from C++ and from C.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';

import { binary, list, makeDirectory, startCollector } from '../collector/collector_process.mjs';
import { build, personalEnvironment, root, runProgram } from './client_program.mjs';

const version = /project\(waymark VERSION (\S+)/.exec(readFileSync(join(root, 'CMakeLists.txt'), 'utf8'))[1];
const home = makeDirectory({ after: (work) => process.on('exit', work) });
const prefix = join(home, 'prefix');
const source = join(home, 'source');
const env = personalEnvironment(home);
let libraries;

/** Runs a command that must succeed; returns what it says. */
async function must(program, ...args) {
  const { status, stdout, stderr } = await runProgram(program, args, { env, cwd: home, timeout: 300_000 });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout.trim();
}

before(async () => {
  await must('cmake', '--install', build, '--prefix', prefix);
  cpSync(join(root, 'tests/client/installed'), source, { recursive: true });
  libraries = existsSync(join(prefix, 'lib/libwaymark.a')) ? join(prefix, 'lib') : libraryFolder();
  env.PKG_CONFIG_PATH = join(libraries, 'pkgconfig');
});

/** Debian's own folder, lib/x86_64-linux-gnu, is CMake's choice for /usr alone; others have lib64. */
function libraryFolder() {
  const found = readdirSync(prefix, { recursive: true }).find((path) => path.endsWith('libwaymark.a'));
  return join(prefix, found, '..');
}

/** Runs a program that tracks one event, and looks for it in the collector's store. */
async function proves(t, program, libraryPath) {
  const collector = await startCollector(t);
  const event = 'installed_run';
  const own = libraryPath ? { ...env, LD_LIBRARY_PATH: libraryPath } : env;
  const { status, stderr } = await runProgram(program, [event, collector.url, join(makeDirectory(t), 'data')], {
    env: own,
  });
  assert.equal(status, 0, stderr);
  const found = (await list(collector.url)).filter((row) => row.event_name === event);
  assert.deepEqual(
    found.map((row) => row.properties),
    [{ answer: 42 }],
  );
}

test('headers, both libraries and the files of CMake and pkg-config are installed, and nothing else', () => {
  const files = readdirSync(prefix, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const headers = readdirSync(join(root, 'native/client/include/waymark'));
  assert.deepEqual(
    files,
    [
      ...headers,
      'WaymarkConfig.cmake',
      'WaymarkConfigVersion.cmake',
      'WaymarkStaticTargets-release.cmake',
      'WaymarkStaticTargets.cmake',
      'WaymarkTargets-release.cmake',
      'WaymarkTargets.cmake',
      'libwaymark.a',
      'libwaymark.so',
      'libwaymark.so.0',
      `libwaymark.so.${version}`,
      'waymark.pc',
    ].sort(),
  );
});

test('a project that finds the package links it shared and static, and from C', async (t) => {
  await must('cmake', '-S', source, '-B', join(home, 'build'), '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${prefix}`);
  await must('cmake', '--build', join(home, 'build'), '-j', '2');
  for (const name of ['shared_program', 'static_program', 'c_program']) {
    await t.test(name, (t) => proves(t, join(home, 'build', name)));
  }
  const needed = await must('readelf', '-d', join(home, 'build/static_program'));
  assert.ok(!needed.includes('libwaymark'), 'the static program needs the shared library');
});

test('a project in C alone links it shared and static', async (t) => {
  const folder = makeDirectory(t);
  const text = `cmake_minimum_required(VERSION 3.22)
project(plain LANGUAGES C)
find_package(Waymark REQUIRED)
add_executable(shared ${source}/program.c)
target_link_libraries(shared PRIVATE Waymark::waymark)
add_executable(static ${source}/program.c)
target_link_libraries(static PRIVATE Waymark::static)
`;
  writeFileSync(join(folder, 'CMakeLists.txt'), text);
  await must('cmake', '-S', folder, '-B', join(folder, 'build'), '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${prefix}`);
  await must('cmake', '--build', join(folder, 'build'));
  for (const name of ['shared', 'static']) await t.test(name, (t) => proves(t, join(folder, 'build', name)));
});

test('a version that is not there is not found', async (t) => {
  const [major, minor] = version.split('.').map(Number);
  for (const [wanted, fits] of [
    [`${major}.${minor}`, true],
    [`${major}.${minor + 1}`, false],
    [`${major + 1}.0`, false],
  ]) {
    const folder = makeDirectory(t);
    const text = `cmake_minimum_required(VERSION 3.22)\nproject(wants LANGUAGES CXX)\nfind_package(Waymark ${wanted} REQUIRED)\n`;
    writeFileSync(join(folder, 'CMakeLists.txt'), text);
    const args = ['-S', folder, '-B', join(folder, 'build'), '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${prefix}`];
    const { status } = await runProgram('cmake', args, { env });
    assert.equal(status === 0, fits, wanted);
  }
});

test('pkg-config says how to compile and link, shared and static', async (t) => {
  assert.equal(await must('pkg-config', '--modversion', 'waymark'), version);
  const flags = (await must('pkg-config', '--cflags', '--libs', 'waymark')).split(' ');
  const shared = join(home, 'shared');
  await must('c++', '-std=c++20', join(source, 'program.cpp'), '-o', shared, ...flags);
  await t.test('shared', (t) => proves(t, shared, libraries));
  const inC = join(home, 'in_c');
  await must('cc', '-std=c11', join(source, 'program.c'), '-o', inC, ...flags);
  await t.test('from C', (t) => proves(t, inC, libraries));

  const all = (await must('pkg-config', '--static', '--cflags', '--libs', 'waymark')).split(' ');
  const archive = all.map((flag) => (flag === '-lwaymark' ? '-l:libwaymark.a' : flag));
  const alone = join(home, 'static');
  await must('cc', '-std=c11', join(source, 'program.c'), '-o', alone, ...archive);
  await t.test('static, from C', (t) => proves(t, alone));
});

test('code that is generated from a plan tracks through the library', async (t) => {
  const planned = join(root, 'examples/audio-plugin/plan.json');
  const compiled = join(home, 'plan.bin');
  await must(binary, 'plan', 'compile', planned, '-o', compiled);
  await must(binary, 'plan', 'generate', planned, '--lang', 'cpp', '-o', source);
  const flags = (await must('pkg-config', '--cflags', '--libs', 'waymark')).split(' ');
  const program = join(home, 'generated');
  await must(
    'c++',
    '-std=c++20',
    '-Wall',
    '-Wextra',
    '-Werror',
    join(source, 'generated.cpp'),
    '-o',
    program,
    ...flags,
  );
  const collector = await startCollector(t, { args: ['--plan', planned] });
  const own = { ...env, LD_LIBRARY_PATH: libraries };
  const args = [compiled, collector.url, join(makeDirectory(t), 'data')];
  const { status, stderr } = await runProgram(program, args, { env: own });
  assert.equal(status, 0, stderr);
  assert.deepEqual(
    (await list(collector.url)).map(({ event_name, properties }) => [event_name, properties]),
    [
      ['plugin_preset_loaded', { preset: 'Warm Pad' }],
      ['plugin_parameters_changed', { cutoff: 3 }],
    ],
  );
});

test('each header stands alone and compiles without a warning', async () => {
  const folder = join(prefix, 'include/waymark');
  const strict = ['-fsyntax-only', '-Wall', '-Wextra', '-pedantic', '-Wconversion', '-Werror', `-I${prefix}/include`];
  for (const header of readdirSync(folder)) {
    for (const compiler of ['g++', 'clang++']) {
      await must(compiler, '-std=c++20', '-x', 'c++', ...strict, '-include', join(folder, header), '/dev/null');
    }
  }
  for (const compiler of ['gcc', 'clang']) {
    await must(compiler, '-std=c11', '-x', 'c', ...strict, '-include', join(folder, 'waymark.h'), '/dev/null');
  }
});

test('the programs of docs/native.md compile, the C++ one without exceptions and RTTI too', async () => {
  const page = readFileSync(join(root, 'docs/native.md'), 'utf8');
  const strict = ['-Wall', '-Wextra', '-Werror', '-fsyntax-only', `-I${prefix}/include`];
  const programs = [...page.matchAll(/^```(cpp|c)\n(.*?)^```$/gms)].filter(([, , text]) => text.includes('int main('));
  assert.deepEqual([...new Set(programs.map(([, language]) => language))].sort(), ['c', 'cpp']);
  for (const [i, [, language, text]] of programs.entries()) {
    const file = join(home, `documented_${i}.${language}`);
    writeFileSync(file, text);
    if (language === 'c') {
      await must('cc', '-std=c11', ...strict, file);
    } else {
      await must('c++', '-std=c++20', ...strict, file);
      await must('c++', '-std=c++20', '-fno-exceptions', '-fno-rtti', ...strict, file);
    }
  }
});

test('the shared library exports the public interface and nothing else', async () => {
  const lines = (await must('nm', '-DC', '--defined-only', join(libraries, 'libwaymark.so'))).split('\n');
  const names = lines.map((line) => line.replace(/^\S+ \S /, ''));
  const isPublic =
    /^(waymark_\w+|waymark::(Telemetry|PluginUsage)::~?\w+(\[abi:cxx11\])?\(.*|waymark::(ask_on_terminal|telemetry_command)\(.*)$/;
  assert.deepEqual(
    names.filter((name) => !isPublic.test(name)),
    [],
  );
  assert.ok(names.some((name) => name.startsWith('waymark::Telemetry::track(')));
  const headers = ['waymark.h', 'plugin.h'].map((name) => readFileSync(join(prefix, 'include/waymark', name), 'utf8'));
  const declared = [...headers.join().matchAll(/WAYMARK_C_API [^;(]*?(waymark_\w+)\(/g)].map((found) => found[1]);
  assert.ok(declared.length > 20);
  assert.deepEqual(declared.sort(), names.filter((name) => /^waymark_\w+$/.test(name)).sort());
});
