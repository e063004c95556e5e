// The TypeScript compiler of this repository, run on one file.
import { join } from 'node:path';
import ts from 'typescript';

export const compilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  allowJs: true, // of files with @ts-check
  isolatedModules: true,
  verbatimModuleSyntax: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
};

// What TypeScript itself brings is read once for all programs of a test file, and not checked anew in each.
const library = new Map();
const host = ts.createCompilerHost(compilerOptions);
const readSource = host.getSourceFile.bind(host);
const libraryFolder = host.getDefaultLibLocation();
host.getSourceFile = (name, ...more) => {
  if (!name.startsWith(libraryFolder)) return readSource(name, ...more);
  if (!library.has(name)) library.set(name, readSource(name, ...more));
  return library.get(name);
};

/** What the compiler finds in a file and in what it imports: { file, line, message }. */
export function checkTypes(directory, file) {
  const program = ts.createProgram([join(directory, file)], compilerOptions, host);
  const sources = program.getSourceFiles().filter((source) => !program.isSourceFileDefaultLibrary(source));
  const findings = [...program.getConfigFileParsingDiagnostics(), ...program.getOptionsDiagnostics()];
  for (const source of sources) {
    findings.push(...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source));
  }
  findings.push(...program.getGlobalDiagnostics());
  return ts.sortAndDeduplicateDiagnostics(findings).map((found) => ({
    file: found.file?.fileName.slice(directory.length + 1) ?? '',
    line: found.file ? found.file.getLineAndCharacterOfPosition(found.start).line + 1 : 0,
    message: ts.flattenDiagnosticMessageText(found.messageText, '\n'),
  }));
}

/** The lines with findings, as `file:line`, each once. */
export const linesWithErrors = (directory, file) => [
  ...new Set(checkTypes(directory, file).map(({ file: name, line }) => `${name}:${line}`)),
];
