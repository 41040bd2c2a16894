import { StoreUnavailableError } from '@latchkey/core';
import type { RedisClient } from './connect.ts';

/** The time limit of one store method, redirections and reconnections included. */
const DEADLINE_MS = 2_000;

/**
 * Runs commands, and turns an outage of Redis into `StoreUnavailableError`; an error in a script is
 * rethrown unchanged.
 */
export async function available<T>(
  client: Pick<RedisClient, 'status'>,
  verb: () => Promise<T>,
): Promise<T> {
  // Refuses at once without a connection: a queued command would run after its caller was refused.
  if (client.status !== 'ready') throw new StoreUnavailableError('there is no connection to Redis');
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new StoreUnavailableError('Redis did not answer in time')),
        DEADLINE_MS,
      );
      verb().then(resolve, reject);
    });
  } catch (error) {
    // Removes the command that ioredis adds to the error: hashes and names do not belong in logs.
    if (error instanceof Error && 'command' in error) delete error.command;
    if (isOutage(error)) throw new StoreUnavailableError('Redis cannot answer', { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Error codes of a server that is not ready. Older servers put them inside the message of a
 * script's error.
 */
const NOT_NOW =
  /\b(OOM|READONLY|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF)\b/;
/** Errors of a slot that is moving to another node. */
const MOVING = /non local key|Too many Cluster redirections/;
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/;
/** The messages of ioredis when it has no connection to a server. */
const NO_SERVER =
  /Connection is closed|isn't writeable|None of startup nodes|Failed to refresh slots cache|Cluster is ended|Socket timeout|Stream connection ended/;
const GIVEN_UP = /^(MaxRetriesPerRequestError|AbortError|ClusterAllFailedError)$/;

function isOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isOutage);
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && NETWORK.test(code)) return true;
  return (
    GIVEN_UP.test(error.name) ||
    [NOT_NOW, MOVING, NO_SERVER].some((pattern) => pattern.test(error.message))
  );
}
