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
 * Compares Latchkey with common alternatives: queries, the cost of an expired access token, and
 * parallel requests with one. Prints the results, and writes apps/bench/benchmarks.md.
 */
export async function printPeers(servers: Servers, rounds: number): Promise<void> {
  const queries = await benchPeerQueries(servers, rounds);
  const expiry = await benchExpiry(servers);
  const herds: HerdResult[] = [];
  for (const herd of HERDS) {
    progress(`twenty requests with an expired access token: ${herd.name}`);
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
    `\nAn authenticated query, ${rounds} rounds in which all contestants take turns. CPU is the Node process's, without the store's.\n`,
  );
  printTable(queryTable(queries));
  console.log('\nThe query with an expired access token. Distance is the round-trip time.\n');
  printTable(expiryTable(expiry));
  console.log(
    '\nTwenty requests with the same expired access token. The refresh dance is the textbook’s: refresh tokens that work once, with reuse detection.\n',
  );
  printTable(herdTable(herds));

  mkdirSync(new URL('benchmarks/', FOLDER), { recursive: true });
  for (const { name, svg } of plots(run))
    writeFileSync(new URL(`benchmarks/${name}.svg`, FOLDER), svg);
  writeFileSync(new URL('benchmarks.md', FOLDER), benchmarksPage(run));
  console.log('\nWritten: apps/bench/benchmarks.md and its plots.');
}
