import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** The input and output of a command. */
export interface Terminal {
  /** Prints the result of a command. */
  print(text: string): void;
  /** Prints an error of a command. */
  printError(text: string): void;
  /** Shows what a command waits for, after two seconds; each text replaces the last one. */
  progress(text: string): void;
  /**
   * Reads a password that is typed without echo, or the first line piped in. It is never an
   * argument, because every user of the machine can read arguments.
   *
   * @returns `null` if there is no input
   */
  readSecret(prompt: string): Promise<string | null>;
}

const PROGRESS_AFTER_MS = 2_000;

/** Creates the terminal of this process. A pipe gets no progress. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const began = performance.now();
  let isShown = false;
  /** Ends quietly if the reader closes the pipe early (`| head`). */
  stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

  function clearProgress(): void {
    if (isShown) stderr.write('\r\x1b[K');
    isShown = false;
  }

  return {
    print(text) {
      clearProgress();
      stdout.write(`${text}\n`);
    },
    printError(text) {
      clearProgress();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!stderr.isTTY || performance.now() - began < PROGRESS_AFTER_MS) return;
      isShown = true;
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
        if (stdin.isTTY) stderr.write('\n');
      }
    },
  };
}
