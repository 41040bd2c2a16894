import { quantile } from '../measure.ts';
import { number, printTable } from '../print.ts';
import type { Servers } from '../servers.ts';
import { runBurst } from './burst.ts';
import { simulateFeed } from './simulate-feed.ts';

const NODES = [1, 4, 16, 64] as const;
/** Revocations a second on each node: a quiet one, and one of ten thousand busy users. */
const RATES = [0.1, 1, 10] as const;
const SECONDS = 20;
/** Revocations of each process in the burst. */
const BURST = 40;

/**
 * Prints what the revocation feed costs: by simulation, as users, nodes and revocations grow
 * together, and with three processes on one PostgreSQL.
 */
export async function printFeed({ newDatabase }: Servers): Promise<void> {
  await printSimulation();
  await printBurst(await newDatabase('feed'));
}

async function printSimulation(): Promise<void> {
  console.log(
    '\nThe revocation feed by simulation: each node has the same number of users. Per second and node, and the longest time until the last node knows a revocation.\n',
  );
  const rows: string[][] = [];
  for (const perNode of RATES)
    for (const nodes of NODES) {
      const cost = await simulateFeed({ nodes, perNode, seconds: SECONDS });
      rows.push([
        number(nodes),
        number(perNode, 1),
        number(cost.reads / nodes, 1),
        number(cost.wakeUpsReceived / nodes, 1),
        number(cost.notices / nodes, 1),
        `${cost.longestMs} ms`,
      ]);
    }
  printTable([
    ['nodes', 'revocations published', 'reads', 'wake-ups', 'notices', 'longest delay'],
    ...rows,
  ]);
}

async function printBurst(databaseUrl: string): Promise<void> {
  const { revocations, elapsedMs, reads, notifications, delays } = await runBurst(
    databaseUrl,
    BURST,
  );
  console.log(
    `\nThree processes on one PostgreSQL: ${revocations} revocations in ${number(elapsedMs)} ms; the delay is that of the last node.\n`,
  );
  printTable([
    ['reads of each process', 'notifications sent', 'delay p50', 'p99'],
    [
      reads.join(', '),
      notifications.join(', '),
      ...[0.5, 0.99].map((share) => `${quantile(delays, share).toFixed(0)} ms`),
    ],
  ]);
}
