import { describeFindings } from '../describe-findings.ts';
import type { Finding } from '../finding.ts';

/** The result of a command of the doctor. */
export interface Report {
  readonly findings: readonly Finding[];
  /** What was examined, as in `in this folder`. */
  readonly where: string;
  /** A text that says what is right, for a report without findings. */
  readonly right?: string;
  /** The checks that were left out, by the names of the options that they need. */
  readonly notChecked?: Readonly<Record<string, string>>;
}

/** Returns the number of faults in a report. */
export function faultsIn({ findings }: Report): number {
  return findings.filter(({ severity }) => severity === 'fault').length;
}

/** Formats a report as text. */
export function describeReport(report: Report): string {
  const { findings, where, right, notChecked = {} } = report;
  const faults = faultsIn(report);
  const summary =
    findings.length === 0
      ? `No findings ${where}${right === undefined ? '' : `: ${right}`}.`
      : `${count(faults, 'fault')} and ${count(findings.length - faults, 'warning')} ${where}.`;
  const left = Object.entries(notChecked).map(([option, what]) => `${what} (--${option})`);
  return [
    ...(findings.length > 0 ? [describeFindings(findings), ''] : []),
    summary,
    ...(faults === 0 && left.length > 0 ? [`Not checked: ${left.join(', ')}.`] : []),
  ].join('\n');
}

/** Formats a report as JSON, for programs. */
export function jsonReport({ findings, notChecked }: Report): string {
  const data = { findings, ...(notChecked && { notChecked: Object.keys(notChecked) }) };
  return JSON.stringify(data, null, 2);
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
