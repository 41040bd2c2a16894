/** A fault or a risk that the doctor found. */
export interface Finding {
  /** A stable identifier of the finding, for programs. */
  readonly id: string;
  /** A fault breaks something now; a warning is a risk that may be deliberate. */
  readonly severity: 'fault' | 'warning';
  /** What the doctor observed. */
  readonly what: string;
  /** The consequence of what the doctor observed. */
  readonly why: string;
  readonly fix: string;
}

/** Adds a finding with its identifier, observation, consequence and fix. */
export type Note = (id: string, what: string, why: string, fix: string) => void;

/** The findings so far, and the functions that add to them. */
export interface FindingCollector {
  readonly found: Finding[];
  readonly fault: Note;
  readonly warning: Note;
}

/**
 * Collects findings: `fault` and `warning` add one each.
 *
 * @example
 * import { collectFindings, describeFindings } from '@latchkey/doctor';
 *
 * const { found, fault } = collectFindings();
 * if (secret === '') fault('secret-missing', 'SECRET is not set', 'no one can sign in', 'set it');
 * console.log(describeFindings(found));
 */
export function collectFindings(): FindingCollector {
  const found: Finding[] = [];
  const noting =
    (severity: Finding['severity']): Note =>
    (id, what, why, fix) =>
      void found.push({ id, severity, what, why, fix });
  return { found, fault: noting('fault'), warning: noting('warning') };
}
