import { type TcpProxy, tcpProxy } from '@latchkey/test-support';
import { quantile } from '../measure.ts';
import { progress } from '../print.ts';
import type { Servers } from '../servers.ts';
import { pastExpiry, SHORT_TOKEN_SECONDS } from './herd.ts';
import { type PeerKind, startPeer } from './peer-process.ts';
import { browserFor } from './sign-in.ts';
import { cookieTab, danceTabs, type OpenTabs, type Tab } from './tab.ts';

/** Simulated round-trip times of the network, in milliseconds. */
export const DISTANCES_MS = [0, 20, 100];
export const TURNS = 100;

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds of a query at one round-trip time. */
export interface ExpiryCost {
  readonly distanceMs: number;
  /** Latency of Latchkey's query after the expiry, which needs no refresh. */
  readonly ordinary: Quantiles;
  /** Latencies of the queries that arrive with an expired access token. */
  readonly latchkey: Quantiles;
  readonly dance: Quantiles;
}

/** A contestant's server behind a simulated network delay. */
interface FarServer {
  readonly network: TcpProxy;
  signInMany(): Promise<Tab[]>;
  stop(): Promise<void>;
}

/**
 * Measures the query that arrives with an expired access token. Each turn uses another user, who
 * signed in before; Latchkey and the textbook client alternate.
 */
export async function benchExpiry(
  servers: Servers,
  turns = TURNS,
  distances: readonly number[] = DISTANCES_MS,
): Promise<ExpiryCost[]> {
  const ours = await startFar(servers, 'latchkey-hs256', cookieTab('latchkey-hs256'), turns);
  const theirs = await startFar(servers, 'dance', danceTabs({ tabs: 1, lock: true }), turns);
  try {
    const costs: ExpiryCost[] = [];
    // Warms up the compilers of all processes.
    await atDistance(ours, theirs, 0);
    for (const distanceMs of distances) {
      progress(`queries with an expired access token, ${distanceMs} ms away`);
      costs.push(await atDistance(ours, theirs, distanceMs));
    }
    return costs;
  } finally {
    await Promise.all([ours.stop(), theirs.stop()]);
  }
}

async function startFar(
  servers: Servers,
  kind: PeerKind,
  open: OpenTabs,
  people: number,
): Promise<FarServer> {
  const peer = await startPeer(servers, kind, SHORT_TOKEN_SECONDS);
  const network = await tcpProxy(peer.port);
  return {
    network,
    async signInMany() {
      network.delay(0);
      const tabs: Tab[] = [];
      for (let n = 0; n < people; n++)
        tabs.push(...(await open(browserFor(network.port), network.port)));
      return tabs;
    },
    async stop() {
      await network.close();
      await peer.stop();
    },
  };
}

async function atDistance(
  ours: FarServer,
  theirs: FarServer,
  distanceMs: number,
): Promise<ExpiryCost> {
  const [ourTabs, theirTabs] = [await ours.signInMany(), await theirs.signInMany()];
  await pastExpiry();
  for (const { network } of [ours, theirs]) network.delay(distanceMs / 2000);
  const times = { ordinary: [] as number[], latchkey: [] as number[], dance: [] as number[] };
  for (const [turn, tab] of ourTabs.entries()) {
    times.latchkey.push(await timed(tab));
    times.ordinary.push(await timed(tab));
    times.dance.push(await timed(theirTabs[turn]));
  }
  const quantiles = (values: readonly number[]): Quantiles => ({
    p50: quantile(values, 0.5),
    p99: quantile(values, 0.99),
  });
  return {
    distanceMs,
    ordinary: quantiles(times.ordinary),
    latchkey: quantiles(times.latchkey),
    dance: quantiles(times.dance),
  };
}

async function timed(tab: Tab | undefined): Promise<number> {
  const began = performance.now();
  const status = await tab?.query();
  if (status !== 200)
    throw new Error(`a query with an expired access token was answered with ${status}`);
  return performance.now() - began;
}
