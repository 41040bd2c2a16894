import { Client } from 'pg';
import { beginSession, processIdOf } from './postgres-session.ts';

const PAUSE_MS = 1_000;

/** A subscription to the notifications of a channel. */
export interface Listener {
  close(): Promise<void>;
}

/**
 * Listens on a separate connection, and reconnects whenever it breaks. Notifications in between are
 * lost, so the caller must also poll. Behind a pooler in transaction mode no notification arrives:
 * the connection is closed, and only polling remains.
 *
 * @param wake called at each notification and after each reconnection
 */
export function listenOnPostgres(url: string, channel: string, wake: () => void): Listener {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function connect(): void {
    const own = new Client({
      connectionString: url,
      connectionTimeoutMillis: 2_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    client = own;
    let isOver = false;
    const again = () => {
      if (isOver || closed) return;
      isOver = true;
      own.end().catch(() => {});
      timer = setTimeout(connect, PAUSE_MS).unref();
    };
    const giveUp = () => {
      isOver = true;
      own.end().catch(() => {});
    };
    own.on('error', again);
    own.on('end', again);
    own.on('notification', wake);
    own
      .connect()
      .then(() => beginSession(own.query.bind(own) as Client['query'], processIdOf(own)))
      .then(async (isDirect) => {
        if (isDirect) await own.query(`listen ${channel}`);
        else giveUp();
        wake();
      })
      .catch(again);
  }

  connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
