import { setTimeout as wait } from 'node:timers/promises';
import type { SessionStore } from '@latchkey/core';
import { tracedStore } from '@latchkey/http';

/** A fault at the first refresh of a server: the process is killed, or throws an uncaught error. */
export type StoreFault = 'crash' | 'throw';

/** Wrappers of the session store, each of which injects one fault. */
export const STORE_FAULTS: Readonly<Record<StoreFault, (store: SessionStore) => SessionStore>> = {
  /** Kills the process (SIGKILL) once the refresh is committed and before it is answered. */
  crash: (store) => ({
    ...tracedStore(store),
    async rotate(match, next) {
      const result = await store.rotate(match, next);
      if (result.won) process.kill(process.pid, 'SIGKILL');
      return result;
    },
  }),

  /** Throws an error from a timer, or leaves a promise rejected, while the refresh is under way. */
  throw: (store) => ({
    ...tracedStore(store),
    async rotate(match, next) {
      const fault = new Error('a fault that nothing catches', {
        cause: { password: 'a password that must not be logged' },
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
