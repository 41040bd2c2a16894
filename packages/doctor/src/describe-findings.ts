import type { Finding } from './finding.ts';
import { terminalText } from './lib/terminal-text.ts';

/**
 * Formats findings for people, faults first, with control characters escaped.
 *
 * @example
 * import { check, describeFindings } from '@latchkey/doctor';
 *
 * console.log(describeFindings(check({ folder: '.' })));
 */
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
