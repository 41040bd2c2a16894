import { setTimeout as wait } from 'node:timers/promises';
import type { SessionStore } from '@latchkey/core';

/**
 * What happens in a server at its first refresh: it is killed, or throws an uncaught error.
 */
export type StoreFault = 'crash' | 'throw';

/** Stores that inject a fault in front of the real one. */
export const STORE_FAULTS: Readonly<Record<StoreFault, (store: SessionStore) => SessionStore>> = {
  /** The process kills itself (SIGKILL) once the refresh is committed and before it is answered. */
  crash: (store) => ({
    ...store,
    async rotate(match, next) {
      const result = await store.rotate(match, next);
      if (result.won) process.kill(process.pid, 'SIGKILL');
      return result;
    },
  }),

  /** While the refresh is under way, a timer throws an error, or leaves a rejection. */
  throw: (store) => ({
    ...store,
    async rotate(match, next) {
      const fault = new Error('nothing catches this', {
        cause: { password: 'never to be logged' },
      });
      if (match.sessionId.charCodeAt(0) % 2 === 0) setTimeout(() => Promise.reject(fault), 20);
      else
        setTimeout(() => {
          throw fault;
        }, 20);
      await wait(300);
      return store.rotate(match, next);
    },
  }),
};
