import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createSessionLayer,
  deriveKeyRing,
  type RevocationFeed,
  systemClock,
} from '@latchkey/core';
import { layeredFeed, openRedis, redisRevocationFeed, redisSessionStore } from '@latchkey/redis';
import {
  openDatabase,
  type SqlDatabase,
  sqlAuditLog,
  sqlRevocationFeed,
  sqlSessionStore,
} from '@latchkey/sql';
import { countFeedStatements } from './count-statements.ts';
import type { NodeOptions, Request } from './node-process.ts';

/**
 * The entry point of a node process with a session layer, controlled over IPC; its argument is the
 * options as JSON.
 */
const { databaseUrl, redisUrl, isPollingOnly }: NodeOptions = JSON.parse(process.argv[2] ?? '');
const client = { userAgent: null, ipAddress: null };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
/** Returns the time in milliseconds by the machine's clock, which all processes share. */
const instant = () => performance.timeOrigin + performance.now();

const feedStatements = countFeedStatements();
const database = databaseUrl === null ? null : await openDatabase(databaseUrl);
const redis = redisUrl === null ? null : await openRedis(redisUrl);
const layer = createSessionLayer({
  options: { accessTokenSeconds: 3_600 },
  ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
  store: redis ? redisSessionStore(redis) : database ? sqlSessionStore(database) : fail(),
  users: { findUser: async () => alice },
  clock: systemClock,
  feed: feed(),
  ...(database && { auditLog: sqlAuditLog(database) }),
});
await layer.start();

process.on('message', ({ id, ask, value }: Request) => {
  void answer(ask, value).then((result) => process.send?.({ id, result }));
});
process.send?.({ id: 0, result: 'ready' });
await once(process, 'disconnect');
process.exit(0);

async function answer(ask: Request['ask'], value: string): Promise<unknown> {
  switch (ask) {
    case 'issue': {
      const { accessToken, sessionId } = await layer.issue(alice, client);
      return { accessToken, sessionId };
    }
    case 'revoke':
      await layer.revoke(value, 'administrator');
      return instant();
    case 'refusal':
      while (layer.authenticate([value], systemClock.now()).kind === 'authenticated')
        await pause(1);
      return instant();
    case 'statements':
      return feedStatements();
  }
}

function feed(): RevocationFeed {
  const sure = database && sqlRevocationFeed(listening(database), systemClock);
  const quick =
    redis &&
    redisRevocationFeed(redis, {
      clock: systemClock,
      ...(database && { afterCommit: database.afterCommit }),
    });
  return sure && quick ? layeredFeed(sure, quick) : (sure ?? quick ?? fail());
}

/** The database, from which no notification arrives if nodes are to poll only. */
function listening(open: SqlDatabase): Parameters<typeof sqlRevocationFeed>[0] {
  if (!isPollingOnly) return open;
  const { run, kind, schema, afterCommit } = open;
  return { run, kind, schema, afterCommit, listen: () => ({ close: async () => {} }) };
}

function fail(): never {
  throw new Error('a node needs a database or a Redis');
}
