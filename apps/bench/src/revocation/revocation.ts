import { printTable, progress } from '../print.ts';
import type { Servers } from '../servers.ts';
import { benchRevocation, type Scenario } from './revocation-bench.ts';

const EACH = 100;
const CUTS = 20;
/**
 * Target in milliseconds until a revocation reaches all nodes: one poll interval, with a margin.
 */
const AIM_MS = 1_000;

/**
 * Measures the time until every node refuses a session that one node revoked: three processes over
 * each kind of revocation feed, connected and cut off.
 */
export async function printRevocation({ newDatabase, newFile, redisUrl }: Servers): Promise<void> {
  let databases = 0;
  const postgres = () => newDatabase(`revocation_${databases++}`);
  const plain = { databaseUrl: null, redisUrl: null, isPollingOnly: false };
  const scenarios: Scenario[] = [
    { name: 'PostgreSQL', node: { ...plain, databaseUrl: await postgres() }, revocations: EACH },
    {
      name: 'PostgreSQL, without its notifications',
      node: { ...plain, databaseUrl: await postgres(), isPollingOnly: true },
      revocations: EACH,
    },
    {
      name: 'PostgreSQL and Redis',
      node: { ...plain, databaseUrl: await postgres(), redisUrl: `${redisUrl}/11` },
      revocations: EACH,
    },
    { name: 'Redis alone', node: { ...plain, redisUrl: `${redisUrl}/12` }, revocations: EACH },
    {
      name: 'SQLite, three processes on one file',
      node: { ...plain, databaseUrl: `file:${newFile('revocation')}` },
      revocations: EACH,
    },
    {
      name: 'PostgreSQL and Redis, one node without Redis',
      node: { ...plain, databaseUrl: await postgres(), redisUrl: `${redisUrl}/13` },
      revocations: EACH,
      cut: { from: 'redisUrl', seconds: null },
    },
    {
      name: 'PostgreSQL, one node cut off, from its reconnection',
      node: { ...plain, databaseUrl: await postgres() },
      revocations: CUTS,
      cut: { from: 'databaseUrl', seconds: 1.5 },
    },
    {
      name: 'Redis alone, one node cut off, from its reconnection',
      node: { ...plain, redisUrl: `${redisUrl}/14` },
      revocations: CUTS,
      cut: { from: 'redisUrl', seconds: 1.5 },
    },
  ];
  const rows: string[][] = [];
  for (const scenario of scenarios) {
    progress(scenario.name);
    const { name, revocations, p50, p99, max } = await benchRevocation(scenario);
    rows.push([
      name,
      String(revocations),
      ...[p50, p99, max].map((ms) => `${ms.toFixed(0)} ms`),
      p99 <= AIM_MS ? 'met' : 'missed',
    ]);
  }
  console.log(
    '\nA session is revoked on one of three nodes: time from the response there to the first refusal of a valid access token on the last node.\n',
  );
  printTable([
    ['', 'revocations', 'p50', 'p99', 'longest', `target: p99 ≤ ${AIM_MS / 1000} s`],
    ...rows,
  ]);
}
