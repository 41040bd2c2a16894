import { mkdirSync, writeFileSync } from 'node:fs';
import { describeMachine, printTable, progress } from '../print.ts';
import type { Servers } from '../servers.ts';
import { benchExpiry } from './expiry-cost.ts';
import { HERDS, type HerdResult, runHerd } from './herd.ts';
import { benchPeerQueries } from './query-rounds.ts';
import { plots } from './report/charts.ts';
import { benchmarksPage } from './report/page.ts';
import { expiryTable, herdTable, queryTable } from './report/tables.ts';

const FOLDER = new URL('../../', import.meta.url);

/**
 * Compares Latchkey with common alternatives: queries, the cost of an expiry, and parallel requests
 * that meet one. Prints the results, and writes apps/bench/benchmarks.md.
 */
export async function printPeers(servers: Servers, rounds: number): Promise<void> {
  const queries = await benchPeerQueries(servers, rounds);
  const expiry = await benchExpiry(servers);
  const herds: HerdResult[] = [];
  for (const herd of HERDS) {
    progress(`twenty requests that meet an expiry: ${herd.name}`);
    herds.push(await runHerd(servers, herd));
  }
  const run = {
    queries,
    expiry,
    herds,
    rounds,
    machine: describeMachine(await servers.versions()),
  };

  console.log(
    `\nAn authenticated query, ${rounds} rounds in which all take turns. CPU is the Node process's, not the store's.\n`,
  );
  printTable(queryTable(queries));
  console.log('\nThe query that meets an expired access token. Distance is the round trip.\n');
  printTable(expiryTable(expiry));
  console.log(
    '\nTwenty requests that meet the same expiry. The dance is the textbook’s: refresh tokens that work once, with reuse detection.\n',
  );
  printTable(herdTable(herds));

  mkdirSync(new URL('benchmarks/', FOLDER), { recursive: true });
  for (const { name, svg } of plots(run))
    writeFileSync(new URL(`benchmarks/${name}.svg`, FOLDER), svg);
  writeFileSync(new URL('benchmarks.md', FOLDER), benchmarksPage(run));
  console.log('\nWritten: apps/bench/benchmarks.md and its plots.');
}
