import { setTimeout as pause } from 'node:timers/promises';
import { tcpProxy } from '@latchkey/test-support';
import { queryPostgres, type Servers } from '../servers.ts';
import { type PeerKind, type StartPeer, startPeer } from './peer-process.ts';
import { browserFor } from './sign-in.ts';
import { cookieTab, danceTabs, type OpenTabs } from './tab.ts';

export const HERD = 20;
/**
 * Round-trip time in milliseconds, long enough for all requests to be sent before the first
 * response arrives.
 */
export const HERD_DISTANCE_MS = 100;
/**
 * Lifetime of the access token: whole seconds, because that is the unit of `exp`, with a margin.
 */
export const SHORT_TOKEN_SECONDS = 2;
const PAST_EXPIRY_SECONDS = SHORT_TOKEN_SECONDS + 0.1;
const pauseFor = (seconds: number) => pause(seconds * 1000);

/**
 * Waits until the access token has expired.
 *
 * @param pass waits for some seconds; a test advances its clock instead
 */
export const pastExpiry = (pass = pauseFor): Promise<void> => pass(PAST_EXPIRY_SECONDS);

export interface Herd {
  readonly name: string;
  readonly kind: PeerKind;
  readonly open: OpenTabs;
  /** The name of the credential that expires. */
  readonly expires: string;
  /** SQL that counts the rotations in the database; null for contestants without refresh tokens. */
  readonly rotations: string | null;
}

const GENERATIONS = 'select sum(generation)::int as rotations from latchkey_sessions';
const USED_UP = 'select count(*)::int as rotations from refresh_tokens where used';

export const HERDS: readonly Herd[] = [
  {
    name: 'Latchkey',
    kind: 'latchkey-hs256',
    open: cookieTab('latchkey-hs256'),
    expires: 'the access token',
    rotations: GENERATIONS,
  },
  {
    name: 'refresh dance, naive',
    kind: 'dance',
    open: danceTabs({ tabs: 1, lock: false }),
    expires: 'the access token',
    rotations: USED_UP,
  },
  {
    name: 'refresh dance, a lock, one tab',
    kind: 'dance',
    open: danceTabs({ tabs: 1, lock: true }),
    expires: 'the access token',
    rotations: USED_UP,
  },
  {
    name: 'refresh dance, a lock, two tabs',
    kind: 'dance',
    open: danceTabs({ tabs: 2, lock: true }),
    expires: 'the access token',
    rotations: USED_UP,
  },
  {
    name: 'better-auth, cookie cache',
    kind: 'better-auth-cached',
    open: cookieTab('better-auth-cached'),
    expires: 'the cached session',
    rotations: null,
  },
  {
    name: 'express-session, Redis',
    kind: 'express-session-redis',
    open: cookieTab('express-session-redis'),
    expires: 'nothing',
    rotations: null,
  },
  {
    name: 'iron-session',
    kind: 'iron-session',
    open: cookieTab('iron-session'),
    expires: 'nothing',
    rotations: null,
  },
];

/** The outcome of parallel requests that all arrive with the same expired token. */
export interface HerdResult {
  readonly herd: Herd;
  readonly answered: number;
  readonly refused: number;
  readonly refreshCalls: number;
  /** Number of refresh token rotations; null for contestants without refresh tokens. */
  readonly rotations: number | null;
  /** Number of statements sent to PostgreSQL during the requests. */
  readonly statements: number;
  /** Whether each tab is still signed in after the next expiry of the access token. */
  readonly isStillSignedIn: boolean;
}

/** How the measured server is started, and how time passes for it. */
export interface HerdStage {
  readonly start: StartPeer;
  readonly pass: (seconds: number) => Promise<void>;
}

/**
 * Signs in, waits for the access token to expire, and sends all requests at once, spread over the
 * tabs.
 */
export async function runHerd(
  servers: Servers,
  herd: Herd,
  { start, pass }: HerdStage = { start: startPeer, pass: pauseFor },
): Promise<HerdResult> {
  const peer = await start(servers, herd.kind, SHORT_TOKEN_SECONDS);
  const network = await tcpProxy(peer.port);
  try {
    const tabs = await herd.open(browserFor(network.port), network.port);
    network.delay(HERD_DISTANCE_MS / 2000);
    await pastExpiry(pass);
    const rotationsBefore = await countRotations(herd, peer.databaseUrl);
    const callsBefore = callsOf(tabs);
    const { statements: statementsBefore } = await peer.figures();
    const each = HERD / tabs.length;
    const statuses = await Promise.all(
      tabs.flatMap((tab) => Array.from({ length: each }, () => tab.query())),
    );
    const { statements } = await peer.figures();
    const refreshCalls = callsOf(tabs) - callsBefore;
    const rotationsAfter = await countRotations(herd, peer.databaseUrl);
    await pastExpiry(pass);
    const later: number[] = [];
    for (const tab of tabs) later.push(await tab.query());
    return {
      herd,
      answered: statuses.filter((status) => status === 200).length,
      refused: statuses.filter((status) => status === 401).length,
      refreshCalls,
      rotations:
        rotationsAfter === null || rotationsBefore === null
          ? null
          : rotationsAfter - rotationsBefore,
      statements: statements - statementsBefore,
      isStillSignedIn: later.every((status) => status === 200),
    };
  } finally {
    await network.close();
    await peer.stop();
  }
}

const callsOf = (tabs: Awaited<ReturnType<OpenTabs>>) =>
  tabs.reduce((sum, { refreshCalls }) => sum + refreshCalls, 0);

async function countRotations({ rotations }: Herd, databaseUrl: string): Promise<number | null> {
  return rotations === null
    ? null
    : Number((await queryPostgres(databaseUrl, rotations)).rotations);
}
