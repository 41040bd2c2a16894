import type { SessionStore } from '@latchkey/core';
import { parseEnv, readEnvironment } from '../env.ts';
import { startServer } from '../server.ts';

/** The real server, which kills itself (SIGKILL) once the first rotation is committed and before anybody is told. */
await startServer(parseEnv(readEnvironment()), {
  wrapStore: (store): SessionStore => ({
    ...store,
    async rotate(match, next) {
      const result = await store.rotate(match, next);
      if (result.won) process.kill(process.pid, 'SIGKILL');
      return result;
    },
  }),
});
