import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Servers } from '../servers.ts';
import type { PeerSettings } from './servers/peer-app.ts';

export type PeerKind =
  | 'bare'
  | 'jsonwebtoken'
  | 'iron-session'
  | 'express-session-redis'
  | 'express-session-postgres'
  | 'better-auth'
  | 'better-auth-cached'
  | 'latchkey-hs256'
  | 'latchkey-es256'
  | 'latchkey-redis'
  | 'dance';

/** The command-line argument of a contestant's server process. */
export interface PeerArgument {
  readonly kind: PeerKind;
  readonly settings: Omit<PeerSettings, 'origin'>;
}

/** The resources that a server process has used since its start. */
export interface Figures {
  /** User and system CPU time of the process in microseconds, all threads included. */
  readonly cpuMicroseconds: number;
  /** Number of statements sent to PostgreSQL. */
  readonly statements: number;
}

/** A contestant's server in a separate process, on 127.0.0.1. */
export interface PeerProcess {
  readonly port: number;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  figures(): Promise<Figures>;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('./peer-server.ts', import.meta.url));
let started = 0;

/** Starts a contestant's server. */
export type StartPeer = (
  servers: Servers,
  kind: PeerKind,
  accessTokenSeconds: number,
) => Promise<PeerProcess>;

/**
 * Returns the argument that starts a contestant's server with its own PostgreSQL database and Redis
 * database.
 */
export async function argumentFor(
  { newDatabase, redisUrl }: Servers,
  kind: PeerKind,
  accessTokenSeconds: number,
): Promise<PeerArgument> {
  const number = ++started;
  return {
    kind,
    settings: {
      databaseUrl: await newDatabase(`peer_${number}`),
      redisUrl: `${redisUrl}/${number % 16}`,
      accessTokenSeconds,
    },
  };
}

/** Starts a contestant's server with `NODE_ENV=production`. */
export const startPeer: StartPeer = async (servers, kind, accessTokenSeconds) => {
  const argument = await argumentFor(servers, kind, accessTokenSeconds);
  const { settings } = argument;
  const child = fork(MAIN, [JSON.stringify(argument)], {
    execArgv: ['--conditions=@latchkey/source'],
    env: { NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit');
  const answer = async <Answer>() => {
    const [message] = await Promise.race([
      once(child, 'message'),
      ended.then(([code]) =>
        Promise.reject(new Error(`the server of ${kind} ended with exit code ${code}`)),
      ),
    ]);
    return message as Answer;
  };
  const { port } = await answer<{ port: number }>();
  return {
    port,
    databaseUrl: settings.databaseUrl,
    redisUrl: settings.redisUrl,
    figures() {
      const figures = answer<Figures>();
      child.send('figures');
      return figures;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};
