import { expect, it } from 'vitest';
import { CONTESTANTS } from '../contestants.ts';
import { HERDS } from '../herd.ts';
import type { PeerKind } from '../peer-process.ts';
import type { QueryResult } from '../query-rounds.ts';
import { benchmarksPage, type PeersRun } from './page.ts';

/** Returns invented results in which one peer is faster than Latchkey and all others are slower. */
const result = (kind: PeerKind): QueryResult => {
  const peer = CONTESTANTS.find((one) => one.kind === kind);
  if (!peer) throw new Error(`there is no ${kind}`);
  const ratio =
    kind === 'bare' ? 1 : kind === 'jsonwebtoken' ? 0.99 : kind.startsWith('latchkey') ? 0.9 : 0.3;
  const cpuMicroseconds = 100 / ratio;
  const spreads = {
    spread: [ratio - 0.01, ratio + 0.01],
    cpuSpread: [cpuMicroseconds - 1, cpuMicroseconds + 1],
  } as const;
  return {
    peer,
    ratio,
    ...spreads,
    perSecond: 10_000 * ratio,
    p50: 1.5,
    p99: 3.25,
    cpuMicroseconds,
    cpuAloneMicroseconds: 250,
    roundTrips: 2,
  };
};

const run: PeersRun = {
  queries: CONTESTANTS.map(({ kind }) => result(kind)),
  expiry: [
    {
      distanceMs: 100,
      ordinary: { p50: 101, p99: 105 },
      latchkey: { p50: 103, p99: 110 },
      dance: { p50: 304, p99: 320 },
    },
  ],
  herds: HERDS.map((herd) => ({
    herd,
    answered: 20,
    refused: 0,
    refreshCalls: 0,
    rotations: herd.rotations ? 1 : null,
    statements: 40,
    isStillSignedIn: true,
  })),
  rounds: 7,
  machine: 'Node 24, PostgreSQL 18, Redis 7; 2 × processor.',
};

it('the benchmark page shows the results of the run in its tables', () => {
  const page = benchmarksPage(run);
  expect(page).toContain(
    '| jsonwebtoken | 9,900 | 0.99 | 0.98 … 1.00 | 1.50 ms | 3.25 ms | 101 µs | 250 µs | 2.0 |',
  );
  expect(page).toContain('|  | Latchkey, expired token | 103.0 ms | 110.0 ms |');
  expect(page).toContain(
    '| better-auth, cookie cache | the cached session | 20 | 0 | 0 | no refresh tokens | 40 | yes |',
  );
  expect(page).toContain('7\nrounds');
  expect(page).toContain(run.machine);
});

it('the benchmark page names each contestant with its set-up and the installed versions', () => {
  const page = benchmarksPage(run);
  for (const { name, settings } of CONTESTANTS) expect(page).toContain(`| ${name} | ${settings} |`);
  expect(page).toMatch(
    /express-session \d+\.\d+\.\d+, connect-redis \d+\.\d+\.\d+, redis \d+\.\d+\.\d+/,
  );
});

it('the benchmark page names each contestant ahead of Latchkey with the reason, and no other', () => {
  const [, ahead = ''] =
    /may give another order\.\n\n([\s\S]*?)\n\n/.exec(benchmarksPage(run)) ?? [];
  expect(ahead.split('\n').map((line) => /\*\*(.*)\*\*/.exec(line)?.[1])).toEqual([
    'bare tRPC',
    'jsonwebtoken',
  ]);
  expect(ahead).toContain(
    '10 % more requests per second; 9 % less processor time in the Node process. The reason: it reads one header',
  );
});

it('the benchmark page marks a lead that rounds do not confirm or single requests reverse', () => {
  const uncertain = run.queries.map(
    (one): QueryResult => ({
      ...one,
      spread: [0.1, 1.9],
      cpuSpread: [50, 500],
      cpuAloneMicroseconds: one.ratio === 0.99 ? 300 : 250,
    }),
  );
  const page = benchmarksPage({ ...run, queries: uncertain });
  expect(page).toContain(
    '10 % more requests per second (the middle halves overlap); 9 % less processor time in the Node process (the middle halves overlap).',
  );
  expect(page.match(/Alone it takes 20 % more processor time/g)).toHaveLength(1);
});

it('the benchmark page says so if no contestant is ahead of Latchkey', () => {
  const queries = run.queries.map(
    (one): QueryResult => (one.ratio > 0.9 ? { ...one, ratio: 0.5, cpuMicroseconds: 500 } : one),
  );
  expect(benchmarksPage({ ...run, queries })).toContain('No contestant is ahead in this run.');
});
