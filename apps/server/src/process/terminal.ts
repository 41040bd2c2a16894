/** Where a command reads and writes. */
export interface Terminal {
  /** A line of the result. Resolves when it is on its way: the reader may be slow. */
  print(text: string): Promise<void>;
  /** What went wrong. */
  complain(text: string): void;
  /** Shown on a terminal, once it has taken two seconds, and overwritten by the next. */
  progress(text: string): void;
  /**
   * A password, typed unseen, or the first line of what is piped in; null when nothing came. Never
   * an argument: everybody on the machine can see those.
   */
  readSecret(prompt: string): Promise<string | null>;
}
