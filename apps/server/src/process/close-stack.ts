/** The resources opened so far. */
export interface CloseStack {
  /** Adds an open resource, and returns it. */
  add<T extends { close(): void | Promise<void> }>(opened: T): T;
  /**
   * Closes every resource once, in reverse order. If some fail to close, closes the others and
   * rejects with the first fault.
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
