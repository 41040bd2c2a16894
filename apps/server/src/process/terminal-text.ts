import type { Terminal } from './terminal.ts';

/**
 * Characters that command a terminal, or reorder what it shows: C0 (newline and the others), DEL,
 * C1, line and paragraph separators, and the controls of bidirectional text (Unicode TR 36,
 * CVE-2021-42574).
 */
const COMMANDS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Text as a terminal may show it: what would be a command to it becomes `\u001b`. In a line of JSON
 * that is another spelling of the same string.
 *
 * @param keep `newlines` for text of several lines
 */
export function terminalText(text: string, keep: 'newlines' | 'nothing' = 'newlines'): string {
  return text.replace(COMMANDS, (character) =>
    character === '\n' && keep === 'newlines' ? character : escapeOf(character),
  );
}

/**
 * A line of JSON whose strings are still harmless once they are parsed and written out: for a
 * program that makes readable lines of it.
 */
export function harmlessJson(line: string): string {
  return terminalText(line).replace(/\\\\|\\[bfrt]|\\u[0-9a-f]{4}/gi, (spelling) => {
    if (spelling === '\\\\') return spelling;
    const character = JSON.parse(`"${spelling}"`) as string;
    return terminalText(character) === character ? spelling : `\\${escapeOf(character)}`;
  });
}

/** The same terminal, to which no text is a command. */
export function harmlessTerminal({ print, complain, progress, readSecret }: Terminal): Terminal {
  return {
    print: (text) => print(terminalText(text)),
    complain: (text) => complain(terminalText(text)),
    progress: (text) => progress(terminalText(text, 'nothing')),
    readSecret: (prompt) => readSecret(terminalText(prompt, 'nothing')),
  };
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
