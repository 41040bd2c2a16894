import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal } from '../process/terminal.ts';

const PROGRESS_AFTER_MS = 2_000;

/** Returns the terminal of this process: stdin, stdout and stderr. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const began = performance.now();
  let shown = false;
  /** A closed pipe (EPIPE) is no fault: the reader, such as `head`, has read enough. */
  stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

  function clearProgress(): void {
    if (shown) stderr.write('\r\x1b[K');
    shown = false;
  }

  return {
    print(text) {
      clearProgress();
      return new Promise((resolve) => stdout.write(`${text}\n`, () => resolve()));
    },
    printError(text) {
      clearProgress();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!stderr.isTTY || performance.now() - began < PROGRESS_AFTER_MS) return;
      shown = true;
      stderr.write(`\r${text} …\x1b[K`);
    },
    async readSecret(prompt) {
      const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({
        input: stdin,
        output: stdin.isTTY ? unseen : undefined,
        terminal: stdin.isTTY,
      });
      if (stdin.isTTY) stderr.write(prompt);
      try {
        for await (const line of lines) return line;
        return null;
      } finally {
        lines.close();
        if (stdin.isTTY && stdout.isTTY) stderr.write('\n');
      }
    },
  };
}
