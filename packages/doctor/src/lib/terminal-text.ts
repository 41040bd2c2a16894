/**
 * Characters that control a terminal, or reorder what it shows: C0 (newline and the others), DEL,
 * C1, line and paragraph separators, and the controls of bidirectional text (Unicode TR 36,
 * CVE-2021-42574).
 */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Escapes control characters of one line as `\u001b`. What servers answer and files contain must
 * not control the terminal that shows it. In JSON the escaped string has the same value.
 */
export function terminalText(line: string): string {
  return line.replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
