import { LISTEN_SETTINGS, type ListenClient, type Listener, listenOnPostgres } from './listener.ts';
import type { Pg } from './load-pg.ts';
import { isDirect, processIdOf } from './session.ts';

/** How the nodes of a database wake each other. */
export interface Listening {
  /**
   * Calls `wake` at each notification of a channel. Never where nothing can listen: on SQLite, and
   * behind a pooler.
   */
  listen(channel: string, wake: () => void): Listener;
  /**
   * Finds out whether notifications arrive. Call it once the database is open.
   *
   * @returns a sentence with the fix if they do not
   */
  warnings(): Promise<readonly string[]>;
}

/** Nothing listens, and nothing need be said about it. */
export const NO_LISTENING: Listening = {
  listen: () => ({ close: async () => {} }),
  warnings: async () => [],
};

const POLLED = (why: string) =>
  `${why}: revocations reach the other nodes by polling, within half a second instead of at once. Set listenUrl to a URL that leads to PostgreSQL itself`;
const POOLER = 'LISTEN does not pass the pooler in front of PostgreSQL';

/** Listens on a connection of the URL or the pool that was given. */
export const listeningBeside = (
  open: () => ListenClient,
  isPooled: () => Promise<boolean>,
): Listening => ({
  listen: (channel, wake) => listenOnPostgres(open, channel, wake),
  warnings: async () => ((await isPooled()) ? [POLLED(POOLER)] : []),
});

/** Listens at another URL. Its `warnings` throws what the driver throws if it cannot connect. */
export function listeningAt(pg: Pg, url: string): Listening {
  const open = () => new pg.Client({ connectionString: url, ...LISTEN_SETTINGS });
  return {
    listen: (channel, wake) => listenOnPostgres(open, channel, wake),
    warnings: async () =>
      (await leadsToPooler(open))
        ? [POLLED('listenUrl leads to a pooler, which LISTEN does not pass')]
        : [],
  };
}

/** Cannot listen: a Kysely instance shows no connection on which notifications arrive. */
export const NO_CONNECTION_TO_LISTEN: Listening = {
  listen: NO_LISTENING.listen,
  warnings: async () => [POLLED('A Kysely instance has no connection for LISTEN')],
};

/** Connects once to see whether a pooler is at the other end. */
export async function leadsToPooler(open: () => ListenClient): Promise<boolean> {
  const client = open();
  client.on('error', () => {});
  try {
    await client.connect();
    return !(await isDirect(
      (text, values) => client.query(text, [...values]),
      processIdOf(client),
    ));
  } finally {
    await client.end().catch(() => {});
  }
}
