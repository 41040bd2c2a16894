import { setTimeout as pause } from 'node:timers/promises';
import { tcpProxy } from '@latchkey/core/testing/internal';
import { queryPostgres, type Servers } from '../servers.ts';
import { type PeerKind, startPeer } from './peer-process.ts';
import { browserFor } from './sign-in.ts';
import { cookieTab, danceTabs, type OpenTabs } from './tab.ts';

export const HERD = 20;
/** There and back: far enough away that all requests are under way before the first answer comes. */
export const HERD_DISTANCE_MS = 100;
/** Whole seconds, as `exp` has it, and a moment more. */
export const SHORT_TOKEN_SECONDS = 2;
export const pastExpiry = () => pause(SHORT_TOKEN_SECONDS * 1000 + 100);

export interface Herd {
  readonly name: string;
  readonly kind: PeerKind;
  readonly open: OpenTabs;
  /** What it is that expires. */
  readonly expires: string;
  /** Counts in the database how often a refresh token has been replaced; null where there is none. */
  readonly rotations: string | null;
}

const GENERATIONS = 'select sum(generation)::int as rotations from sessions';
const USED_UP = 'select count(*)::int as rotations from refresh_tokens where used';

export const HERDS: readonly Herd[] = [
  { name: 'Latchkey', kind: 'latchkey-hs256', open: cookieTab('latchkey-hs256'), expires: 'the access token', rotations: GENERATIONS },
  { name: 'refresh dance, naive', kind: 'dance', open: danceTabs({ tabs: 1, lock: false }), expires: 'the access token', rotations: USED_UP },
  { name: 'refresh dance, a lock, one tab', kind: 'dance', open: danceTabs({ tabs: 1, lock: true }), expires: 'the access token', rotations: USED_UP },
  { name: 'refresh dance, a lock, two tabs', kind: 'dance', open: danceTabs({ tabs: 2, lock: true }), expires: 'the access token', rotations: USED_UP },
  { name: 'better-auth, cookie cache', kind: 'better-auth-cached', open: cookieTab('better-auth-cached'), expires: 'the cached session', rotations: null },
  { name: 'express-session, Redis', kind: 'express-session-redis', open: cookieTab('express-session-redis'), expires: 'nothing', rotations: null },
  { name: 'iron-session', kind: 'iron-session', open: cookieTab('iron-session'), expires: 'nothing', rotations: null },
];

/** What became of requests that all met the same expiry. */
export interface HerdResult {
  readonly herd: Herd;
  readonly answered: number;
  readonly refused: number;
  readonly refreshCalls: number;
  /** Null where nothing rotates. */
  readonly rotations: number | null;
  /** Sent to PostgreSQL meanwhile. */
  readonly statements: number;
  /** In each tab, once whatever expires has expired again. */
  readonly isStillSignedIn: boolean;
}

/** Signs in, waits for the expiry, and sends all requests at once, spread over the tabs. */
export async function runHerd(servers: Servers, herd: Herd): Promise<HerdResult> {
  const peer = await startPeer(servers, herd.kind, SHORT_TOKEN_SECONDS);
  const network = await tcpProxy(peer.port);
  try {
    const tabs = await herd.open(browserFor(network.port), network.port);
    network.delay(HERD_DISTANCE_MS / 2000);
    await pastExpiry();
    const count = async () => ({ ...(await peer.figures()), rotations: await countRotations(herd, peer.databaseUrl), refreshCalls: callsOf(tabs) });
    const before = await count();
    const each = HERD / tabs.length;
    const statuses = await Promise.all(tabs.flatMap((tab) => Array.from({ length: each }, () => tab.query())));
    const after = await count();
    await pastExpiry();
    const later: number[] = [];
    for (const tab of tabs) later.push(await tab.query());
    return {
      herd,
      answered: statuses.filter((status) => status === 200).length,
      refused: statuses.filter((status) => status === 401).length,
      refreshCalls: after.refreshCalls - before.refreshCalls,
      rotations: after.rotations === null || before.rotations === null ? null : after.rotations - before.rotations,
      statements: after.statements - before.statements,
      isStillSignedIn: later.every((status) => status === 200),
    };
  } finally {
    await network.close();
    await peer.stop();
  }
}

const callsOf = (tabs: Awaited<ReturnType<OpenTabs>>) => tabs.reduce((sum, { refreshCalls }) => sum + refreshCalls, 0);

async function countRotations({ rotations }: Herd, databaseUrl: string): Promise<number | null> {
  return rotations === null ? null : Number((await queryPostgres(databaseUrl, rotations)).rotations);
}
