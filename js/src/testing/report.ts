// What a check found, for people and for programs.

import type { Finding } from './compare.js';
import type { Place } from './effects.js';
import { matches } from './targets.js';

/** The result of a check, as `--json` prints it. Its `version` changes when a reader of an older one would be misled. */
export interface PrivacyReport {
  readonly version: 1;
  readonly url: string;
  /** As the browser names itself. */
  readonly browser: string;
  /** What the page was compared with; `none`: all that it does is reported. */
  readonly baseline:
    | { readonly kind: 'none' }
    | { readonly kind: 'without'; readonly scripts: readonly string[] }
    | { readonly kind: 'url'; readonly url: string };
  /** Which parts of a visit were looked at. */
  readonly stages: readonly Finding['stage'][];
  /** No finding that is not allowed. */
  readonly silent: boolean;
  readonly findings: readonly Finding[];
  /** Findings that `allow` names. */
  readonly allowed: readonly Finding[];
  /** How many values that look like ids were followed, from a yes to its withdrawal. */
  readonly idsFollowed: number;
  /** What did not go as it was meant to, and what that means for the result. */
  readonly notes: readonly string[];
}

/** `effect what` of a finding, which is what `allow` is compared with. */
export const nameOf = ({ effect, what }: Finding): string => `${effect} ${what}`;

/** Findings that fit none of `allow` (with `*` and `?`), and those that do. */
export function divide(findings: readonly Finding[], allow: readonly string[]) {
  const isAllowed = (finding: Finding) => allow.some((glob) => matches(glob, nameOf(finding)));
  return { left: findings.filter((each) => !isAllowed(each)), allowed: findings.filter(isAllowed) };
}

const titles: Record<Finding['stage'], string> = {
  before: 'Before a choice',
  after: 'After a withdrawal or refusal, anew',
  remains: 'Left behind after a withdrawal or refusal',
};

const placeText = ({ url, line, column }: Place) => `${url}:${line}:${column}`;

/** Text of the page, which may hold anything, as one printable line of 160 letters at most. */
function oneLine(text: string): string {
  const printable = text.replace(/\p{Cc}/gu, ' ');
  return printable.length > 160 ? `${printable.slice(0, 157)}...` : printable;
}

function findingLines(finding: Finding): string[] {
  const { effect, what, count, seenBy, phase, atMs, where } = finding;
  const when = atMs === undefined ? '' : `${phase}, ${(atMs / 1000).toFixed(2)} s`;
  const details = [where ? `by ${oneLine(placeText(where))}` : '', when, `seen by ${seenBy.join(', ')}`].filter(
    (part) => part !== '',
  );
  return [
    `  ${effect.replace('_', ' ').padEnd(12)} ${oneLine(what)}${count > 1 ? `  (${count} times)` : ''}`,
    `               ${details.join('; ')}`,
  ];
}

/** The report as text to read, without a line break at its end. */
export function reportText(report: PrivacyReport): string {
  const { baseline, findings, allowed, notes } = report;
  const compared = {
    none: 'nothing: all that the page does is listed. Compare with --without or --baseline to see what a script adds',
    without: baseline.kind === 'without' ? `the same page without ${baseline.scripts.join(', ')}` : '',
    url: baseline.kind === 'url' ? baseline.url : '',
  }[baseline.kind];
  const lines = [`${report.url} in ${report.browser}`, `compared with ${compared}`];
  for (const stage of report.stages) {
    const found = findings.filter((finding) => finding.stage === stage);
    lines.push('', `${titles[stage]}: ${found.length === 0 ? 'nothing' : found.length}`);
    lines.push(...found.flatMap(findingLines));
  }
  if (report.stages.includes('remains')) lines.push('', `Values like ids that were followed: ${report.idsFollowed}`);
  if (allowed.length > 0) lines.push('', 'Allowed:', ...allowed.map((finding) => `  ${oneLine(nameOf(finding))}`));
  if (notes.length > 0) lines.push('', 'Note:', ...notes.map((note) => `  ${oneLine(note)}`));
  lines.push(
    '',
    report.silent ? 'Silent.' : `Not silent: ${findings.length} ${findings.length === 1 ? 'effect' : 'effects'}.`,
  );
  return lines.join('\n');
}

/** An effect that should not be. `report` has all of them. */
export class NotSilentError extends Error {
  override readonly name = 'NotSilentError';
  readonly report: PrivacyReport;
  constructor(report: PrivacyReport) {
    super(reportText(report));
    this.report = report;
  }
}

/** Throws NotSilentError if `report` has a finding that fits none of `allow`, compared with `effect what`. */
export function assertSilent(report: PrivacyReport, allow: readonly string[] = []): void {
  const { left, allowed } = divide(report.findings, allow);
  if (left.length === 0) return;
  throw new NotSilentError({ ...report, findings: left, allowed: [...report.allowed, ...allowed] });
}
