/**
 * Closes the resources once each, the last opened first.
 *
 * @throws the first fault, when the rest is closed
 */
export async function closeAll(opened: AsyncDisposableStack): Promise<void> {
  try {
    await opened.disposeAsync();
  } catch (fault) {
    /**
     * Finds the first fault: each one suppresses those before it, and logs do not show suppressed
     * faults.
     */
    let first: unknown = fault;
    while (first instanceof SuppressedError) first = first.suppressed;
    throw first;
  }
}
