/**
 * Waits for an attempt, at most so long.
 *
 * @param late receives the result of an attempt that succeeds after its time
 * @throws what the attempt throws; Error with `message` when its time is over
 */
export async function within<T>(
  milliseconds: number,
  message: string,
  attempt: Promise<T>,
  late: (result: T) => void = () => {},
): Promise<T> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      isOver = true;
      reject(new Error(message));
    }, milliseconds);
  });
  attempt.then(
    (result) => isOver && late(result),
    () => {},
  );
  return Promise.race([attempt, bound]).finally(() => clearTimeout(timer));
}

/** The time limits of getting a connection, and of a statement, in milliseconds. */
export const CONNECTION_MS = 2_000;
export const STATEMENT_MS = 5_000;
export const NO_CONNECTION = 'timeout exceeded when trying to connect';
export const NO_ANSWER = 'Query read timeout';
