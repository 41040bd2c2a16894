/** What was opened so far. */
export interface CloseStack {
  /** Notes something that is open, and returns it. */
  add<T extends { close(): void | Promise<void> }>(opened: T): T;
  /**
   * Closes everything, the last first; once. Rejects with the first fault when all have been closed
   * that can be.
   */
  close(): Promise<void>;
}

export function closeStack(): CloseStack {
  const stack: { close(): void | Promise<void> }[] = [];
  return {
    add(opened) {
      stack.push(opened);
      return opened;
    },
    async close() {
      const faults: unknown[] = [];
      for (const opened of stack.splice(0).toReversed()) {
        try {
          await opened.close();
        } catch (error) {
          faults.push(error);
        }
      }
      if (faults.length > 0) throw faults[0];
    },
  };
}
