import { terminalText } from './lib/terminal-text.ts';

/** A fault or risk of the deployment that the doctor found. */
export interface Finding {
  /** A stable identifier, for programs. */
  readonly id: string;
  /** A fault breaks sign-in now; a warning is a risk that may be deliberate. */
  readonly severity: 'fault' | 'warning';
  /** The observation. */
  readonly what: string;
  /** Its consequence. */
  readonly why: string;
  readonly fix: string;
}

export type Note = (id: string, what: string, why: string, fix: string) => void;

/** Collects findings: `fault` and `warning` add one each. */
export function findings() {
  const found: Finding[] = [];
  const noting =
    (severity: Finding['severity']): Note =>
    (id, what, why, fix) =>
      void found.push({ id, severity, what, why, fix });
  return { found, fault: noting('fault'), warning: noting('warning') };
}

/** Formats findings for people, faults first. */
export function describeFindings(found: readonly Finding[]): string {
  const rank = ({ severity }: Finding) => (severity === 'fault' ? 0 : 1);
  const lines = [...found]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ id, severity, what, why, fix }) =>
      [
        `${severity === 'fault' ? 'FAULT' : 'warning'}  ${id}`,
        `  what  ${what}`,
        `  why   ${why}`,
        `  fix   ${fix}`,
      ]
        .map((line) => terminalText(line))
        .join('\n'),
    );
  return lines.join('\n\n');
}
