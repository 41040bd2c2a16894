import { StoreUnavailableError } from '@latchkey/core';
import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import { type Comparison, compare, repeat } from '../measure.ts';
import { number, printTable, progress } from '../print.ts';
import { refreshes } from '../rotation/refreshes.ts';
import { benchLatency, type Latency, REFRESHES_PER_SECOND } from '../scale/latency-bench.ts';
import type { Servers } from '../servers.ts';
import { printStatements } from './print-statements.ts';
import { countUpdates, createTables, type Tables, weighTable } from './tables.ts';
import { type Vacuumed, vacuumed } from './vacuum.ts';
import { compareVerbs, walkMinutes } from './verbs.ts';

const PACE = { rounds: 15, seconds: 1 };
const IN_FLIGHT = 16;
/**
 * Connection parameters that force generic plans on the partitioned table: half of the browsers use
 * them, half the default.
 */
const FORCED = '?options=-c%20plan_cache_mode%3Dforce_generic_plan';

/**
 * Measures the product's session store, unchanged, on a table of `rows` sessions, unpartitioned and
 * partitioned by session id.
 */
export async function printPartitions(servers: Servers, rows: number): Promise<void> {
  const tables = await createTables(servers, rows, progress);
  const before = await countUpdates(tables.partitionedUrl);
  const { latencies, throughput, verbs } = await measureStores(tables);
  const after = await countUpdates(tables.partitionedUrl);
  progress('vacuum after the deletion of a tenth of the sessions');
  const ends: { readonly bytes: number; readonly vacuum: Vacuumed }[] = [];
  for (const url of [tables.plainUrl, tables.partitionedUrl])
    ends.push({
      bytes: await weighTable(url),
      vacuum: await vacuumed(url, tables.filling.expiredBy),
    });

  console.log(
    `\n${number(tables.filling.rows)} sessions in one table, and the same in ${ends[1]?.vacuum.parts} partitions by hash of the session id.`,
  );
  console.log(`The script of apps/bench/scale.md took ${number(tables.scriptSeconds)} s.\n`);
  printTable([
    [
      `whole refreshes, ${REFRESHES_PER_SECOND} a second`,
      'p50',
      'p99',
      'p50 and p99 against plain',
    ],
    ...['plain', 'partitioned', 'partitioned, generic plans'].map((name, index) =>
      latencyRow(name, latencies[index]),
    ),
  ]);
  console.log();
  printTable([
    [
      `against the plain table, by turns`,
      'per second',
      'p50',
      'p99',
      'plain: per second',
      'p50',
      'p99',
      'ratio',
      'middle half',
    ],
    ...[...throughput, ...verbs].map(comparisonRow),
  ]);
  const { updates, hot } = { updates: after.updates - before.updates, hot: after.hot - before.hot };
  console.log(
    `\nOf ${number(updates)} updates of the partitioned table ${number((hot / updates) * 100, 1)} % were HOT, that is, wrote no index.`,
  );
  const walks = [verbs.at(-1)?.reference.p50, verbs.at(-1)?.subject.p50].map((stepMs) =>
    number(walkMinutes(tables.filling.rows, stepMs ?? 0), 1),
  );
  console.log(
    `A purge, with its pauses, goes through all sessions in ${walks[0]} minutes in the plain table, and in ${walks[1]} in the partitioned one.\n`,
  );
  await printStatements(tables.partitionedUrl);
  console.log();
  printTable([
    [
      '',
      'on disk',
      'for each session',
      'a tenth deleted in',
      'then vacuum',
      'of which the longest',
    ],
    ...ends.map(({ bytes, vacuum: { parts, deleteSeconds, seconds, longest } }) => [
      parts > 1 ? `${parts} partitions` : 'one table',
      `${number(bytes / 1e9, 2)} GB`,
      `${number(bytes / tables.filling.rows)} bytes`,
      ...[deleteSeconds, seconds, longest].map((value) => `${number(value, 1)} s`),
    ]),
  ]);
}

async function measureStores({ plainUrl, partitionedUrl, filling }: Tables) {
  const databases = [
    await openDatabase(plainUrl),
    await openDatabase(partitionedUrl),
    await openDatabase(partitionedUrl + FORCED),
  ] as const;
  try {
    const [plain, partitioned, forced] = [
      sqlSessionStore(databases[0]),
      sqlSessionStore(databases[1]),
      sqlSessionStore(databases[2]),
    ];
    const halves = [
      filling.browsers.filter((_, n) => n % 2 === 0),
      filling.browsers.filter((_, n) => n % 2 === 1),
    ] as const;
    const [onPlain, onPartitioned] = [
      patiently(refreshes(plain, halves[0])),
      patiently(refreshes(partitioned, halves[0])),
    ];
    const onForced = patiently(refreshes(forced, halves[1]));
    progress('refreshes at a fixed rate');
    const latencies = await benchLatency(
      [onPlain, onPartitioned, onForced].map((refresh) => ({ refresh, sessions: filling.rows })),
    );
    progress('refreshes at full speed');
    const most = (name: string, refresh: () => Promise<void>) => ({
      name,
      round: (seconds: number) => repeat(seconds, IN_FLIGHT, refresh),
    });
    const throughput = [
      await compare(
        most('whole refreshes, 16 in flight', onPartitioned),
        most('plain', onPlain),
        PACE,
      ),
      await compare(most('the same with generic plans', onForced), most('plain', onPlain), PACE),
    ];
    progress('the other methods of the store');
    return {
      latencies,
      throughput,
      verbs: await compareVerbs(plainUrl, plain, partitioned, filling),
    };
  } finally {
    for (const database of databases) await database.close();
  }
}

type Refresh = () => Promise<void>;

/**
 * Wraps a refresh so that a store timeout counts as a long latency and does not end the
 * measurement: the next browser takes over.
 */
function patiently(refresh: Refresh): Refresh {
  return async () => {
    for (;;) {
      try {
        return await refresh();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        progress(`${error.message}; trying again`);
      }
    }
  };
}

function latencyRow(name: string, latency: Latency | undefined): string[] {
  if (!latency) return [name];
  const { p50, p99, p50Ratio, p99Ratio } = latency;
  return [
    name,
    `${number(p50, 2)} ms`,
    `${number(p99, 2)} ms`,
    `${number(p50Ratio, 2)} and ${number(p99Ratio, 2)}`,
  ];
}

function comparisonRow({ subject, reference, ratio, spread }: Comparison): string[] {
  const figures = ({ perSecond, p50, p99 }: Comparison['subject']) => [
    number(perSecond),
    `${number(p50, 2)} ms`,
    `${number(p99, 2)} ms`,
  ];
  return [
    subject.name,
    ...figures(subject),
    ...figures(reference),
    number(ratio, 2),
    spread.map((value) => number(value, 2)).join(' … '),
  ];
}
