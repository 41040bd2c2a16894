import { setTimeout as wait } from 'node:timers/promises';
import type { SessionStore } from '@latchkey/core';
import { parseEnv, readEnvironment } from '../env.ts';
import { endInOrder } from '../last-resort.ts';
import { startServer } from '../server.ts';

/** The real server, in which an error reaches nobody while the first rotation is under way: thrown from a timer, or a rejection. */
const server = await startServer(parseEnv(readEnvironment()), {
  wrapStore: (store): SessionStore => ({
    ...store,
    async rotate(match, next) {
      const fault = new Error('nobody catches this', { cause: { password: 'never to be logged' } });
      if (match.sessionId.charCodeAt(0) % 2 === 0) setTimeout(() => Promise.reject(fault), 20);
      else
        setTimeout(() => {
          throw fault;
        }, 20);
      await wait(300);
      return store.rotate(match, next);
    },
  }),
});
endInOrder(server);
