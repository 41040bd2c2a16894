/** The input and output of a command. */
export interface Terminal {
  /** A line of the result. Resolves when it is on its way: the reader may be slow. */
  print(text: string): Promise<void>;
  /** Prints an error. */
  printError(text: string): void;
  /** Shown on a terminal, once it has taken two seconds, and overwritten by the next. */
  progress(text: string): void;
  /**
   * Reads a password that is typed without echo, or the first line piped in; null when the input is
   * empty. A password is never an argument: every user of the machine can read those.
   */
  readSecret(prompt: string): Promise<string | null>;
}
