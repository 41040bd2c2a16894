import { benchFirstSight } from './first-sight-bench.ts';
import type { Comparison } from './measure.ts';
import { number, printTable, progress } from './print.ts';
import { benchQuery } from './query-bench.ts';
import { benchPostgres, benchRedis, benchSqlite } from './rotation/rotation-bench.ts';
import type { Servers } from './servers.ts';

const PACE = { rounds: 51, seconds: 0.12 };

/**
 * Measures what Latchkey costs: each operation is compared with the same work done directly,
 * without Latchkey.
 */
export async function printRatios(servers: Servers): Promise<void> {
  console.log(
    `Pairs run in turns, ${PACE.rounds} rounds of ${PACE.seconds} s each. Ratios are computed round by round, by processor time where it is given: the median, and the middle half.`,
  );
  console.log(
    'SQLite runs one operation at a time; PostgreSQL (its durable settings, 10 connections) and Redis (nothing kept on disk) have 16 in flight.\n',
  );
  progress('rotations on SQLite');
  const sqlite = await benchSqlite(servers, PACE);
  progress('rotations on PostgreSQL');
  const postgres = await benchPostgres(servers, PACE);
  progress('rotations on Redis');
  const redis = await benchRedis(servers, PACE);
  progress('tRPC queries');
  const [hs256, es256, ...behindMiddleware] = await benchQuery(PACE);
  progress('first verifications of tokens');
  const firstSight = await benchFirstSight(PACE);

  console.log();
  printTable([
    ['', 'per second', 'p50', 'p99', 'processor', 'ratio', 'middle half', 'aim', ''],
    ...[hs256, es256].flatMap((comparison) => (comparison ? rowsOf(comparison, 0.95) : [])),
    ...behindMiddleware.flatMap((comparison) => rowsOf(comparison)),
    ...firstSight.flatMap((comparison) => rowsOf(comparison)),
    ...rowsOf(sqlite.rotation, 0.8),
    ...rowsOf(sqlite.refresh),
    ...rowsOf(postgres.rotation, 0.8),
    ...rowsOf(redis, 0.8),
  ]);
  console.log(
    `\nPostgreSQL: ${number(postgres.hotRatio * 100, 1)} % of the store's rotations were HOT, that is, wrote no index.`,
  );
}

function rowsOf({ subject, reference, ratio, spread }: Comparison, aim?: number): string[][] {
  const [low, high] = spread.map((value) => number(value, 2));
  const judged = aim === undefined ? ['', ''] : [`≥ ${aim}`, ratio >= aim ? 'met' : 'missed'];
  const figures = ({ perSecond, p50, p99, cpuMicroseconds }: Comparison['subject']) => [
    number(perSecond),
    `${number(p50, 3)} ms`,
    `${number(p99, 3)} ms`,
    cpuMicroseconds === undefined ? '' : `${number(cpuMicroseconds)} µs`,
  ];
  return [
    [subject.name, ...figures(subject), number(ratio, 2), `${low} … ${high}`, ...judged],
    [`  against ${reference.name}`, ...figures(reference)],
  ];
}
