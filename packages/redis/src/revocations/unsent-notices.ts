import { type Clock, type RevocationNotice, startTimer } from '@latchkey/core';

const RETRY_SECONDS = 1;
/** How many notices one call sends: a script blocks all other commands on the server. */
const CHUNK = 500;
/** How many unsent notices are kept: as many as a node caches. */
const CAPACITY = 100_000;

/**
 * Sends notices, and keeps unsent ones for the next attempt: their changes are committed, so every
 * node must receive them.
 *
 * @param isOpen false when no further attempt can succeed
 */
export function unsentNotices(
  write: (notices: readonly RevocationNotice[]) => Promise<void>,
  isOpen: () => boolean,
  onFault: (error: unknown) => void,
  clock: Clock,
) {
  let unsent: RevocationNotice[] = [];
  let isWaiting = false;

  async function sendAll(): Promise<void> {
    const batch = unsent;
    unsent = [];
    for (let at = 0; at < batch.length; at += CHUNK) {
      try {
        await write(batch.slice(at, at + CHUNK));
      } catch (error) {
        unsent = [...batch.slice(at), ...unsent].slice(-CAPACITY);
        retryLater();
        onFault(error);
        throw error;
      }
    }
  }

  function retryLater(): void {
    if (isWaiting) return;
    isWaiting = true;
    startTimer(clock, RETRY_SECONDS, async () => {
      isWaiting = false;
      if (isOpen()) await sendAll().catch(() => {});
    });
  }

  return {
    /**
     * Sends notices to the stream now.
     *
     * @throws what `write` throws; the notices are then sent later
     */
    send(notices: readonly RevocationNotice[]): Promise<void> {
      unsent.push(...notices);
      return sendAll();
    },
  };
}
