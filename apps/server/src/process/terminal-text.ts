import type { Terminal } from './terminal.ts';

/**
 * Matches characters that control a terminal, or reorder what it shows: C0 (newline and the
 * others), DEL, C1, line and paragraph separators, and the controls of bidirectional text (Unicode
 * TR 36, CVE-2021-42574).
 */
const COMMANDS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Escapes control characters as `\u001b`, so that a terminal can show the text safely. In a line of
 * JSON the escaped string has the same value.
 *
 * @param keep `newlines` for text of several lines
 */
export function terminalText(text: string, keep: 'newlines' | 'nothing' = 'newlines'): string {
  return text.replace(COMMANDS, (character) =>
    character === '\n' && keep === 'newlines' ? character : escapeOf(character),
  );
}

/**
 * Escapes a line of JSON twice, so that its strings are safe for a terminal even after a program
 * has parsed and printed them.
 */
export function escapeJsonLine(line: string): string {
  return terminalText(line).replace(/\\\\|\\[bfrt]|\\u[0-9a-f]{4}/gi, (spelling) => {
    if (spelling === '\\\\') return spelling;
    const character = JSON.parse(`"${spelling}"`) as string;
    return terminalText(character) === character ? spelling : `\\${escapeOf(character)}`;
  });
}

/** Wraps a terminal so that control characters are escaped in every text. */
export function escapingTerminal({ print, printError, progress, readSecret }: Terminal): Terminal {
  return {
    print: (text) => print(terminalText(text)),
    printError: (text) => printError(terminalText(text)),
    progress: (text) => progress(terminalText(text, 'nothing')),
    readSecret: (prompt) => readSecret(terminalText(prompt, 'nothing')),
  };
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
