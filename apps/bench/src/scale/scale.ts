import { number, printTable, progress } from '../print.ts';
import type { Servers } from '../servers.ts';
import { type OpenBackend, openPostgres, openRedisDatabase, openSqlite } from './backends.ts';
import { type FilledStore, fill } from './filled-store.ts';
import { benchLatency, type Latency, REFRESHES_PER_SECOND } from './latency-bench.ts';
import { benchNode, type NodeFigures } from './node-bench.ts';
import { benchPurge, type PurgeResult } from './purge-bench.ts';
import { diskFault, freeRoom, sizesInMemory, TooLittleRoomError } from './room.ts';

/**
 * Latency counts as independent of size if no store takes this many times as long as the smallest
 * one.
 */
const FLAT = 1.5;

const SIZES = [1_000, 100_000, 1_000_000];
/** A purge of more would take long, beside refreshes and with pauses. */
const MAX_PURGED = 100_000;

interface Growth {
  readonly name: string;
  readonly latencies: readonly Latency[];
  /** The costs of a node, store by store. */
  readonly nodes: readonly NodeFigures[];
  /** Storage of one session in bytes, in the largest store. */
  readonly bytesPerSession: number;
  /** The result of the purge; null for Redis, which removes expired sessions by itself. */
  readonly purge: PurgeResult | null;
}

/**
 * Measures refreshes and storage as a store grows to `sessions`, and refreshes during a purge.
 *
 * @throws TooLittleRoomError before anything is filled
 */
export async function printScale(servers: Servers, sessions: number): Promise<void> {
  const sizes = SIZES.filter((size) => size < sessions).concat(sessions);
  const room = freeRoom(servers.folder);
  const fault = diskFault(sizes, room, servers.folder);
  if (fault !== null) throw new TooLittleRoomError(fault);
  const { fitting, skipped } = sizesInMemory(sizes, room);
  if (skipped !== null) console.log(`\n${skipped}\n`);
  const growths = [
    await grow('SQLite', openSqlite, servers, sizes),
    await grow('PostgreSQL', openPostgres, servers, sizes),
    ...(fitting.length > 0 ? [await grow('Redis', openRedisDatabase, servers, fitting)] : []),
  ];

  console.log(
    `\nWhole refreshes, ${REFRESHES_PER_SECOND} a second arriving evenly; latency counts from arrival. The sizes take turns; values are medians of the rounds.\n`,
  );
  printTable([
    ['', 'sessions', 'p50', 'p99', 'p50 and p99 against the smallest', 'aim', ''],
    ...growths.flatMap(latencyRows),
  ]);

  console.log(
    '\nThe same refreshes without HTTP, one after another, by a node in a process of its own: processor time of each, and resident memory of the node.\n',
  );
  printTable([
    ['', 'sessions', 'node', 'store', 'memory of the node'],
    ...growths.flatMap(nodeRows),
  ]);

  console.log(
    '\nStorage of one session in use, indexes included: a user agent of 111 characters, a sealed successor, one session for each user.\n',
  );
  const storage = growths.map(({ name, bytesPerSession }) => [
    name,
    `${number(bytesPerSession)} bytes`,
    name === 'Redis' ? 'of memory' : 'on disk',
  ]);
  printTable([['', 'per session', ''], ...storage]);

  console.log(
    '\nThe same refreshes, alternately with and without a purge of expired sessions. Redis deletes these by itself.\n',
  );
  printTable([
    ['', 'purged', 'per second', 'refresh p99 without', 'with', 'ratio'],
    ...growths.flatMap(purgeRows),
  ]);
}

async function grow(
  name: string,
  open: OpenBackend,
  servers: Servers,
  sizes: readonly number[],
): Promise<Growth> {
  const stores: FilledStore[] = [];
  try {
    let bytes = 0;
    for (const [index, size] of sizes.entries()) {
      progress(`${name}: filling a store with ${number(size)} sessions`);
      const store = await fill(await open(servers, index), size, everyMillion(size));
      stores.push(store);
      bytes = await store.backend.weigh();
    }
    progress(`${name}: refreshes`);
    const latencies = await benchLatency(stores);
    for (const { sessions, p50, p99 } of latencies)
      progress(`  ${number(sessions)}: p50 ${number(p50, 2)} ms, p99 ${number(p99, 2)} ms`);
    progress(`${name}: the node`);
    const nodes: NodeFigures[] = [];
    for (const store of stores) nodes.push(await benchNode(store));
    for (const row of nodeRows({ name, latencies, nodes }))
      progress(`  ${row.slice(1).join('  ')}`);
    const largest = stores.findLast(({ sessions }) => sessions <= MAX_PURGED);
    const canPurge = name !== 'Redis' && largest;
    if (canPurge) progress(`${name}: purge`);
    const purge = canPurge ? await benchPurge(largest) : null;
    return { name, latencies, nodes, bytesPerSession: bytes / (sizes.at(-1) ?? 1), purge };
  } finally {
    for (const { backend } of stores) await backend.close();
  }
}

/** Prints the progress of a filling that takes long. */
function everyMillion(size: number): (filled: number) => void {
  let told = 0;
  return (filled) => {
    const millions = Math.floor(filled / 1e6);
    if (size > 1e6 && millions > told && filled < size) progress(`  ${millions} million`);
    told = millions;
  };
}

function latencyRows({ name, latencies }: Growth): string[][] {
  return latencies.map(({ sessions, p50, p99, p50Ratio, p99Ratio }, index) => {
    const figures = [
      index === 0 ? name : '',
      number(sessions),
      `${number(p50, 2)} ms`,
      `${number(p99, 2)} ms`,
    ];
    if (index === 0) return figures;
    const isFlat = p50Ratio <= FLAT && p99Ratio <= FLAT;
    return [
      ...figures,
      `${number(p50Ratio, 2)} and ${number(p99Ratio, 2)}`,
      `flat (≤ ${FLAT})`,
      isFlat ? 'met' : 'missed',
    ];
  });
}

function nodeRows({
  name,
  latencies,
  nodes,
}: Pick<Growth, 'name' | 'latencies' | 'nodes'>): string[][] {
  const micro = (seconds: number) => `${number(seconds * 1e6)} µs`;
  return nodes.map(({ cpu, storeCpu, rssBytes }, index) => [
    index === 0 ? name : '',
    number(latencies[index]?.sessions ?? 0),
    micro(cpu),
    storeCpu === null ? '(in the node)' : micro(storeCpu),
    `${number(rssBytes / 2 ** 20)} MiB`,
  ]);
}

function purgeRows({ name, purge }: Growth): string[][] {
  if (!purge) return [];
  const { removed, perSecond, quietP99, purgingP99, p99Ratio } = purge;
  return [
    [
      name,
      number(removed),
      number(perSecond),
      `${number(quietP99, 2)} ms`,
      `${number(purgingP99, 2)} ms`,
      number(p99Ratio, 2),
    ],
  ];
}
