import { number, printTable } from '../print.ts';
import { simulateFeed } from './simulate-feed.ts';

const NODES = [1, 4, 16, 64] as const;
/** Revocations a second on each node: a quiet one, and one of ten thousand busy users. */
const RATES = [0.1, 1, 10] as const;
const SECONDS = 20;

/**
 * Prints what the revocation feed of a cluster costs by simulation, as its users, its nodes and its
 * revocations grow together.
 */
export async function printFeed(): Promise<void> {
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
