import { beginSession, processIdOf } from './session.ts';

const PAUSE_MS = 1_000;

/** A subscription to the notifications of a channel. */
export interface Listener {
  close(): Promise<void>;
}

/** What a listener uses of a connection of `pg`. */
export interface ListenClient {
  connect(): Promise<unknown>;
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  on(event: 'error' | 'end' | 'notification', listener: () => void): unknown;
  end(): Promise<void>;
}

/** The settings of a connection that listens, beside its address. */
export const LISTEN_SETTINGS = {
  connectionTimeoutMillis: 2_000,
  query_timeout: 5_000,
  keepAlive: true,
};

/**
 * Listens on a separate connection, and reconnects whenever it breaks. Notifications in between are
 * lost, so the caller must also poll. Behind a pooler in transaction mode no notification arrives:
 * the connection is closed, and only polling remains.
 *
 * @param open creates the connection
 * @param wake called at each notification and after each reconnection
 */
export function listenOnPostgres(
  open: () => ListenClient,
  channel: string,
  wake: () => void,
): Listener {
  let client: ListenClient | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function connect(): void {
    const own = open();
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
      .then(() => beginSession((text, values) => own.query(text, [...values]), processIdOf(own)))
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
