import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SessionLayer } from '@latchkey/core';
import {
  type Browser,
  createBrowser,
  type Reply,
  type SettableClock,
  settableClock,
} from '@latchkey/core/testing';
import { testDatabase } from '@latchkey/test-services';
import { Pool } from 'pg';
import type { Deployment, Running } from '../deployment.ts';
import { openLibrary } from '../library.ts';

export const PASSWORD = 'correct horse';

/** A browser with the statuses of all its responses. */
export interface Reader {
  readonly browser: Browser;
  loans(): Promise<Reply>;
  borrow(title: string): Promise<Reply>;
  readonly statuses: number[];
}

/**
 * Starts the app of the move with its own database on the shared PostgreSQL, at one origin behind
 * which its deployments replace each other.
 */
export async function movingLibrary() {
  const postgres = await testDatabase();
  const pool = new Pool({ connectionString: postgres.url });
  /** Ignores errors of idle connections: PostgreSQL ends them before the pool closes them. */
  pool.on('error', () => {});
  const clock: SettableClock = settableClock(Date.now());
  const deployment: Deployment = {
    pool,
    databaseUrl: postgres.url,
    secret: Buffer.from('the secret of these tests, number 5').toString('base64url'),
    clock,
  };
  const library = await openLibrary(pool);

  let nodes: Running[] = [];
  let turn = 0;
  const front: RequestListener = (request, response) =>
    nodes[turn++ % nodes.length]?.app(request, response);
  const server = createServer(front).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;

  function readerWith(browser: Browser): Reader {
    const statuses: number[] = [];
    const noted = async (reply: Promise<Reply>) => {
      statuses.push((await reply).status);
      return reply;
    };
    return {
      browser,
      statuses,
      loans: () => noted(browser.request('/trpc/loans')),
      borrow: (title) => noted(browser.post('/trpc/borrow', title)),
    };
  }

  return {
    pool,
    clock,
    origin,
    deployment,
    library,
    readerWith,
    newBrowser: () => createBrowser({ origin, clock }),

    /** Replaces the running nodes by the given ones, which serve requests in turn. */
    async deploy(...next: Running[]): Promise<void> {
      const last = nodes;
      nodes = next;
      for (const node of last) await node.close();
    },

    /** Returns the session layer of the step that is deployed now. */
    layer(): SessionLayer {
      const layer = nodes[0]?.layer;
      if (!layer) throw new Error('This step has no session layer.');
      return layer;
    },

    /** Creates an account and a browser that the current deployment has signed in. */
    async signedIn(name: string): Promise<Reader> {
      if (!(await library.byName(name))) await library.addAccount(name, PASSWORD);
      const reader = readerWith(createBrowser({ origin, clock, userAgent: `browser of ${name}` }));
      const { status, body } = await reader.browser.post('/trpc/signIn', {
        name,
        password: PASSWORD,
      });
      if (status !== 200) throw new Error(`sign-in failed: ${status} ${body}`);
      return reader;
    },

    liveSessionsOf: async (name: string) => {
      const account = await library.byName(name);
      const { rows } = await pool.query<{ id: string }>(
        'select id from latchkey_sessions where user_id = $1 and revoked_at is null',
        [String(account?.id)],
      );
      return rows.map(({ id }) => id);
    },

    /** Returns the number of old sessions. */
    oldSessions: async () =>
      Number((await pool.query('select count(*) from session')).rows[0].count),

    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const node of nodes) await node.close();
      await pool.end();
      await postgres.drop();
    },
  };
}

export type MovingLibrary = Awaited<ReturnType<typeof movingLibrary>>;
