import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loadRequest } from './load-request.ts';
import { type Comparison, type Contestant, compare, type Pace, repeat } from './measure.ts';

export const CONNECTIONS = 16;

/** The server process of the query benchmark, which runs query-server.ts. */
export interface QueryServer {
  readonly pid: number;
  /** Sends a query with the cookies of one of the server's sessions. */
  query(path: string, algorithm: 'HS256' | 'ES256', turn: number): Promise<void>;
  /** Reads the server's processor time so far, in microseconds. */
  cpu(): Promise<number>;
  stop(): void;
}

export async function startQueryServer(): Promise<QueryServer> {
  const server = spawn(
    process.execPath,
    ['--conditions=@latchkey/source', fileURLToPath(new URL('./query-server.ts', import.meta.url))],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  process.once('exit', () => server.kill());
  const { port, cookies } = await new Promise<{ port: number; cookies: Record<string, string[]> }>(
    (resolve, reject) => {
      createInterface(server.stdout).once('line', (line) => resolve(JSON.parse(line)));
      server.once('exit', () => reject(new Error('the server of the query benchmark ended')));
    },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  return {
    pid: server.pid ?? 0,
    query(path, algorithm, turn) {
      const held = cookies[algorithm] ?? [];
      return loadRequest(agent, port, path, { cookie: held[turn % held.length] ?? '' });
    },
    async cpu() {
      const { user, system } = (await (await fetch(`http://127.0.0.1:${port}/cpu`)).json()) as {
        readonly user: number;
        readonly system: number;
      };
      return user + system;
    },
    stop: () => void server.kill(),
  };
}

/**
 * Compares an authenticated tRPC query that presents a cached token with the same query without and
 * with an empty tRPC middleware, and the empty middleware with none. Server and load are separate
 * processes; all requests send the same cookies.
 */
export async function benchQuery(pace: Pace): Promise<Comparison[]> {
  const server = await startQueryServer();
  try {
    const contestant = (name: string, path: string, algorithm: 'HS256' | 'ES256'): Contestant => ({
      name,
      async round(seconds) {
        const before = await server.cpu();
        const round = await repeat(seconds, CONNECTIONS, (turn) =>
          server.query(path, algorithm, turn),
        );
        const used = (await server.cpu()) - before;
        return { ...round, cpuMicroseconds: used / round.latencies.length };
      },
    });
    const bare = (algorithm: 'HS256' | 'ES256') =>
      contestant('the same query without middleware', '/bare/hello', algorithm);
    const middleware = contestant(
      'the same behind an empty tRPC middleware',
      '/middleware/hello',
      'HS256',
    );
    const signedIn = (algorithm: 'HS256' | 'ES256') =>
      contestant(`tRPC query, signed in, ${algorithm}`, `/${algorithm}/hello`, algorithm);
    return [
      await compare(signedIn('HS256'), bare('HS256'), pace),
      await compare(signedIn('ES256'), bare('ES256'), pace),
      await compare(signedIn('HS256'), middleware, pace),
      await compare(
        { ...middleware, name: 'tRPC query behind an empty tRPC middleware' },
        bare('HS256'),
        pace,
      ),
    ];
  } finally {
    server.stop();
  }
}
