import { terminalText } from '../../process/terminal-text.ts';

/** Something that breaks sign-in in practice, or will. */
export interface Finding {
  /** Stays the same from version to version, for programs. */
  readonly id: string;
  /** A fault breaks something now; a warning is a risk that may have been taken on purpose. */
  readonly severity: 'fault' | 'warning';
  /** What is so. */
  readonly what: string;
  /** What comes of it. */
  readonly why: string;
  readonly fix: string;
}

export type Note = (id: string, what: string, why: string, fix: string) => void;

/** Collects findings: `fault` and `warning` note one each. */
export function findings() {
  const found: Finding[] = [];
  const noting =
    (severity: Finding['severity']): Note =>
    (id, what, why, fix) =>
      void found.push({ id, severity, what, why, fix });
  return { found, fault: noting('fault'), warning: noting('warning') };
}

/** As people read them: the worst first. */
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
        .map((line) => terminalText(line, 'nothing'))
        .join('\n'),
    );
  return lines.join('\n\n');
}
