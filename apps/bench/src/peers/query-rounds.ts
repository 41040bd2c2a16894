import { Agent } from 'node:http';
import { openRedis } from '@latchkey/redis';
import { loadRequest } from '../load-request.ts';
import { quantile, type Round, repeat } from '../measure.ts';
import { progress } from '../print.ts';
import type { Servers } from '../servers.ts';
import { CONTESTANTS, type ContestantPeer } from './contestants.ts';
import { type PeerProcess, startPeer } from './peer-process.ts';
import { QUERY, signedInHeaders } from './sign-in.ts';

export const ACCESS_TOKEN_SECONDS = 600;
export const CONNECTIONS = 16;
export const SESSIONS = 50;
export const ROUND_SECONDS = 0.2;
export const ALONE_SECONDS = 0.1;
/** Number of warm-up requests, enough to compile the code on a busy machine too. */
const WARM_UP_QUERIES = 5_000;
const COUNTED_QUERIES = 500;

/**
 * The results of one contestant. Rates are medians of the rounds; latencies are percentiles of all
 * requests.
 */
export interface QueryResult {
  readonly peer: ContestantPeer;
  readonly perSecond: number;
  /** Requests per second relative to the reference, as a median over the rounds. */
  readonly ratio: number;
  /** The bounds of the middle half of the rounds; those of the CPU time are in `cpuSpread`. */
  readonly spread: readonly [number, number];
  /** Percentiles of the latencies, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the server process for each request in microseconds, without the store's. */
  readonly cpuMicroseconds: number;
  readonly cpuSpread: readonly [number, number];
  /**
   * CPU time as above, with one request in flight: parallel requests share turns of the event loop,
   * above all if they wait for a store together.
   */
  readonly cpuAloneMicroseconds: number;
  /** Number of statements to PostgreSQL and commands to Redis for each request. */
  readonly roundTrips: number;
}

interface Entrant {
  readonly peer: ContestantPeer;
  readonly process: PeerProcess;
  readonly load: (seconds: number, inFlight: number) => Promise<Round>;
  readonly roundTrips: number;
}

type PeerRound = Round & {
  readonly cpuMicroseconds: number;
  readonly cpuAloneMicroseconds: number;
};

/**
 * Measures all contestants in turns within each round, in a different order each time, so that
 * other load and unfinished work of the store affect them alike.
 */
export async function benchPeerQueries(servers: Servers, rounds: number): Promise<QueryResult[]> {
  const entrants: Entrant[] = [];
  try {
    for (const peer of CONTESTANTS) {
      progress(`${peer.name}: started, signed in, warmed up`);
      entrants.push(await enter(servers, peer));
    }
    const results = entrants.map((): PeerRound[] => []);
    for (let round = 0; round < rounds; round++) {
      if (round % 25 === 0) progress(`round ${round + 1} of ${rounds}`);
      for (const [index, entrant] of inAnyOrder([...entrants.entries()]))
        results[index]?.push(await measure(entrant));
    }
    const reference = results[0] ?? [];
    return entrants.map(({ peer, roundTrips }, index) => ({
      peer,
      roundTrips,
      ...summarize(results[index] ?? [], reference),
    }));
  } finally {
    await Promise.all(entrants.map(({ process }) => process.stop()));
  }
}

async function enter(servers: Servers, peer: ContestantPeer): Promise<Entrant> {
  const process = await startPeer(servers, peer.kind, ACCESS_TOKEN_SECONDS);
  const held: Readonly<Record<string, string>>[] = [];
  for (let n = 0; n < SESSIONS; n++) held.push(await signedInHeaders(peer.kind, process.port));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const ask = (turn: number) =>
    loadRequest(agent, process.port, QUERY, held[turn % held.length] ?? {});
  const load = (seconds: number, inFlight: number) => repeat(seconds, inFlight, ask);
  for (let sent = 0; sent < WARM_UP_QUERIES; )
    sent += (await load(ROUND_SECONDS, CONNECTIONS)).latencies.length;
  return { peer, process, load, roundTrips: await countRoundTrips(servers, process, ask) };
}

async function measure(entrant: Entrant): Promise<PeerRound> {
  const round = await withCpu(entrant, ROUND_SECONDS, CONNECTIONS);
  return {
    ...round,
    cpuAloneMicroseconds: (await withCpu(entrant, ALONE_SECONDS, 1)).cpuMicroseconds,
  };
}

async function withCpu({ process, load }: Entrant, seconds: number, inFlight: number) {
  const before = await process.figures();
  const round = await load(seconds, inFlight);
  const after = await process.figures();
  return {
    ...round,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / round.latencies.length,
  };
}

/**
 * Counts commands to Redis and statements to PostgreSQL. Nothing else uses this Redis in the
 * meantime, except a feed that polls it twice a second.
 */
async function countRoundTrips(
  { redisUrl }: Servers,
  process: PeerProcess,
  ask: (turn: number) => Promise<void>,
): Promise<number> {
  const { client, close } = await openRedis(redisUrl);
  const calls = async () =>
    Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1]) +
    (await process.figures()).statements;
  const before = await calls();
  for (let n = 0; n < COUNTED_QUERIES; n++) await ask(n);
  const after = await calls();
  await close();
  return (after - before) / COUNTED_QUERIES;
}

function summarize(
  rounds: readonly PeerRound[],
  reference: readonly PeerRound[],
): Omit<QueryResult, 'peer' | 'roundTrips'> {
  const latencies = rounds.flatMap((round) => round.latencies);
  const ratios = rounds.map(
    ({ perSecond }, index) => perSecond / (reference[index]?.perSecond ?? Number.NaN),
  );
  const cpu = rounds.map(({ cpuMicroseconds }) => cpuMicroseconds);
  const perSecond = rounds.map((round) => round.perSecond);
  return {
    perSecond: quantile(perSecond, 0.5),
    ratio: quantile(ratios, 0.5),
    spread: middleHalf(ratios),
    cpuMicroseconds: quantile(cpu, 0.5),
    cpuSpread: middleHalf(cpu),
    cpuAloneMicroseconds: quantile(
      rounds.map(({ cpuAloneMicroseconds }) => cpuAloneMicroseconds),
      0.5,
    ),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

const middleHalf = (values: readonly number[]) =>
  [quantile(values, 0.25), quantile(values, 0.75)] as const;

function inAnyOrder<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
