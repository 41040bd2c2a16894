import type { AppFigures } from './measure-app.ts';
import type { StoreFigures } from './measure-store.ts';
import type { WalFigures } from './measure-wal.ts';
import { type Rates, ratesOf } from './model.ts';
import { lifetimesOf, type Usage } from './usage.ts';

/** Share of a core's time that may be used in the busiest hour. */
export const UTILISATION = 0.5;
/** The size of one server of a store; a Redis process uses one core. */
export const SERVER = { cores: 16, disk: 2e12, redisCores: 1, redisMemory: 16e9 };
/**
 * Connections of a node: the default pool (`DATABASE_POOL_SIZE`) and one that listens; and how many
 * times a second it polls for notices: by timer, for each wake-up, and at most.
 */
const NODE = { connections: 11, timedPolls: 2, pollsPerWakeUp: 2, mostPolls: 10 };
/** Seconds between checkpoints, by PostgreSQL's defaults. */
const CHECKPOINT_SECONDS = 300;
const PAGE_BYTES = 8_192;

export interface Constants {
  readonly app: AppFigures;
  readonly stores: Readonly<Record<StoreName, StoreFigures>>;
  readonly wal: WalFigures;
}

export type StoreName = 'SQLite' | 'PostgreSQL' | 'Redis';

/** What a number of devices needs in the busiest hour. */
export interface Needs {
  readonly rates: Rates;
  /** Storage of all kept sessions, in bytes. */
  readonly bytes: number;
  /** Number of processes of the app, each with one core. */
  readonly nodes: number;
  /**
   * Number of busy cores of the store's servers, on average. Provide this number divided by the
   * utilisation.
   */
  readonly storeCores: number;
  /** Number of servers among which the sessions are divided, for their CPU load and storage. */
  readonly shards: number;
  /** Bytes per second of PostgreSQL's write-ahead log, which replicas receive. */
  readonly walPerSecond: number;
  /** Maximum number of connections from the nodes to PostgreSQL. */
  readonly connections: number;
  /** Maximum number of polls for notices per second, by timer or notification, of all nodes. */
  readonly polls: number;
  /** Maximum number of notices delivered per second, to all nodes. */
  readonly deliveries: number;
}

export function needsOf(
  usage: Usage,
  accessTokenSeconds: number,
  storeName: StoreName,
  { app, stores, wal }: Constants,
): Needs {
  const store = stores[storeName];
  const lifetimes = lifetimesOf(accessTokenSeconds);
  let nodes = 1;
  let rates = ratesOf(usage, lifetimes, nodes, usage.peak);
  // Each node verifies an access token once for itself, so the number of nodes and their work
  // depend on each other.
  for (let last = 0; last !== nodes; ) {
    last = nodes;
    rates = ratesOf(usage, lifetimes, nodes, usage.peak);
    const busy =
      rates.requests / app.requestsPerSecond +
      rates.acknowledgements / app.firstSightsPerSecond +
      refreshesOf(rates) * app.cpuPerRefresh;
    nodes = Math.max(last, Math.ceil(busy / UTILISATION));
  }
  // The number of rows is that of an average hour.
  const { rows } = ratesOf(usage, lifetimes, nodes);
  const storeCores =
    (rates.rotations + 2 * rates.convergences + rates.signIns) * store.rotation.cpu +
    rates.acknowledgements * store.acknowledgement.cpu;
  const bytes = rows * store.bytesPerSession;
  const [cores, room] =
    storeName === 'Redis' ? [SERVER.redisCores, SERVER.redisMemory] : [SERVER.cores, SERVER.disk];
  return {
    rates,
    bytes,
    nodes,
    storeCores,
    shards: Math.max(
      1,
      Math.ceil(storeCores / UTILISATION / cores),
      Math.ceil(bytes / UTILISATION / room),
    ),
    walPerSecond:
      rates.rotations * wal.rotation +
      rates.acknowledgements * wal.acknowledgement +
      wholePages(rates.rotations, bytes),
    connections: nodes * NODE.connections,
    polls: nodes * Math.min(NODE.mostPolls, NODE.timedPolls + NODE.pollsPerWakeUp * rates.signOuts),
    deliveries: rates.signOuts * nodes,
  };
}

const refreshesOf = ({ rotations, convergences, signIns }: Rates) =>
  rotations + convergences + signIns;

/**
 * Returns the bytes per second of full-page images: one for each page that a rotation touches, once
 * between two checkpoints.
 */
export function wholePages(rotations: number, bytes: number): number {
  const pages = bytes / PAGE_BYTES;
  const touched = pages * (1 - Math.exp((-rotations * CHECKPOINT_SECONDS) / pages));
  return (touched * PAGE_BYTES) / CHECKPOINT_SECONDS;
}
