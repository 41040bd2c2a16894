/** The input and output of a CLI command. */
export interface Terminal {
  /** Prints a line of the result. Resolves once it is written: the reader may be slow. */
  print(text: string): Promise<void>;
  /** Prints an error message. */
  printError(text: string): void;
  /** Shows progress on a terminal after two seconds, each text in place of the previous one. */
  progress(text: string): void;
  /**
   * Reads a password that is typed without echo, or the first line piped in; null when the input is
   * empty. A password is never a command-line argument, because every user of the machine can read
   * those.
   */
  readSecret(prompt: string): Promise<string | null>;
}
