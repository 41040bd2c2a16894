import { number, printTable, progress } from '../print.ts';
import { openPostgres, openRedisDatabase, openSqlite } from '../scale/backends.ts';
import type { Servers } from '../servers.ts';
import { measureApp } from './measure-app.ts';
import { measureStore } from './measure-store.ts';
import { measureWal } from './measure-wal.ts';
import { ratesOf } from './model.ts';
import { type Constants, needsOf, SERVER, type StoreName, UTILISATION } from './needs.ts';
import { lifetimesOf, TYPICAL } from './usage.ts';

const LIFETIMES = [60, 600, 3_600] as const;
const NAMES = ['1 min', '10 min', '1 h'] as const;

/**
 * Deployments to compute: the number of sessions in use, the store for them, and whether that size
 * has been tried.
 */
const DEPLOYMENTS: readonly (readonly [
  sessions: number,
  store: StoreName,
  how: string,
  tried: string,
])[] = [
  [10_000, 'SQLite', 'one SQLite', 'measured, --scale'],
  [100_000, 'SQLite', 'one SQLite', 'measured, --scale'],
  [1_000_000, 'PostgreSQL', 'one PostgreSQL', 'measured, --scale'],
  [1_000_000, 'Redis', 'one Redis', 'measured, --scale'],
  [10_000_000, 'PostgreSQL', 'PostgreSQL, 16 partitions', 'measured, --partitions'],
  [10_000_000, 'Redis', 'Redis Cluster', '3 masters in tests'],
  [100_000_000, 'PostgreSQL', 'PostgreSQL, partitions', 'extrapolated'],
  [100_000_000, 'PostgreSQL', 'Citus, by session id', 'not tried'],
  [100_000_000, 'Redis', 'Redis Cluster', '3 masters in tests'],
];

/** Measures this machine, and computes what given numbers of sessions need. */
export async function printSizing(servers: Servers): Promise<void> {
  const constants = await measure(servers);
  printConstants(constants);
  printRates(constants);
  printDeployments(constants);
  printLimits(constants);
}

async function measure(servers: Servers): Promise<Constants> {
  progress('SQLite');
  const sqlite = await measureStore(openSqlite, servers, 0, 1);
  progress('PostgreSQL');
  const postgres = await measureStore(openPostgres, servers, 1, 16);
  const wal = await measureWal(servers);
  progress('Redis');
  const redis = await measureStore(openRedisDatabase, servers, 2, 16);
  progress('the app');
  return {
    app: await measureApp(),
    stores: { SQLite: sqlite, PostgreSQL: postgres, Redis: redis },
    wal,
  };
}

function printConstants({ app, stores, wal }: Constants): void {
  const micro = (seconds: number) => `${number(seconds * 1e6)} µs`;
  console.log(
    '\nMeasured here. CPU is that of the store (SQLite: of the process it is part of, driver included).\n',
  );
  printTable([
    [
      '',
      'rotations a second',
      'CPU of one',
      'a core does',
      'acknowledged a second, 500 at a time',
      'CPU of one',
      'for a session',
    ],
    ...Object.entries(stores).map(([name, { rotation, acknowledgement, bytesPerSession }]) => [
      name,
      number(rotation.perSecond),
      micro(rotation.cpu),
      number(1 / rotation.cpu),
      number(acknowledgement.perSecond),
      micro(acknowledgement.cpu),
      `${number(bytesPerSession)} bytes`,
    ]),
  ]);
  console.log();
  printTable([
    [
      'PostgreSQL’s log: a rotation, an acknowledgement, without whole pages',
      `${number(wal.rotation)} bytes`,
      `${number(wal.acknowledgement)} bytes`,
    ],
    [
      'authenticated tRPC queries that one process of the app answers',
      `${number(app.requestsPerSecond)} a second`,
      '',
    ],
    [
      'verifications of ES256 access tokens: first, and cached',
      `${number(app.firstSightsPerSecond)} a second`,
      `${number(app.knownPerSecond)} a second`,
    ],
    ['CPU of a whole refresh in the app, without store and HTTP', micro(app.cpuPerRefresh), ''],
    [
      'cookies: sent with each request, set by a refresh',
      `${number(app.cookieBytes)} bytes`,
      `${number(app.setCookieBytes)} bytes`,
    ],
  ]);
}

function printRates({ app }: Constants): void {
  const usage = { ...TYPICAL, users: 1_000_000 };
  const { visitsPerDay, visitSeconds, secondsBetweenCalls, peak, signOutShare } = usage;
  console.log(
    `\nEach million sessions in use, per second of the busiest hour: ${visitsPerDay} visits a day of ${visitSeconds} s, a request every ${secondsBetweenCalls} s,` +
      `\n${peak} times as many visits as on average, ${number(signOutShare * 100, 1)} % of them end with a sign-out; one node.\n`,
  );
  printTable([
    [
      'access tokens live for',
      'requests',
      'rotations',
      'acknowledged',
      'requests that write',
      'sign-ins',
      'sign-outs',
      'cookies in',
      'cookies out',
      'kept',
    ],
    ...LIFETIMES.map((access, index) => {
      const { requests, rotations, acknowledgements, signIns, signOuts } = ratesOf(
        usage,
        lifetimesOf(access),
        1,
        peak,
      );
      return [
        NAMES[index] ?? '',
        ...[requests, rotations, acknowledgements].map((value) => number(value)),
        `${number(((rotations + signIns) / requests) * 100, 1)} %`,
        ...[signIns, signOuts].map((value) => number(value, 2)),
        megabytes(requests * app.cookieBytes),
        megabytes((rotations + signIns) * app.setCookieBytes),
        number(ratesOf(usage, lifetimesOf(access), 1).rows),
      ];
    }),
  ]);
}

function printDeployments(constants: Constants): void {
  console.log(
    `\nThe same use with more or fewer users. Three values are for access tokens of ${NAMES.join(', ')}. Nodes are processes of the app, a core each, at most ${UTILISATION * 100} % busy;` +
      `\nstore cores are the busy ones: provide ${1 / UTILISATION} times as many. A server has ${SERVER.cores} cores and ${SERVER.disk / 1e12} TB, half used; a Redis one core and ${SERVER.redisMemory / 1e9} GB, half used.\n`,
  );
  printTable([
    [
      'sessions in use',
      'where',
      'room',
      'rotations a second',
      'nodes',
      'busy store cores',
      'servers',
      'log, MB/s',
      'a store of this size was',
    ],
    ...DEPLOYMENTS.map(([sessions, store, how, tried]) => {
      const needs = LIFETIMES.map((access) =>
        needsOf({ ...TYPICAL, users: sessions }, access, store, constants),
      );
      const three = (figure: (one: (typeof needs)[number]) => string) =>
        needs.map(figure).join(' · ');
      return [
        number(sessions),
        how,
        `${number((needs[1]?.bytes ?? 0) / 1e9, 2)} GB`,
        three(({ rates }) => number(rates.rotations)),
        three(({ nodes }) => number(nodes)),
        three(({ storeCores }) => number(storeCores, 2)),
        three(({ shards }) => number(shards)),
        store === 'PostgreSQL' ? three(({ walPerSecond }) => number(walPerSecond / 1e6, 1)) : '',
        tried,
      ];
    }),
  ]);
}

function printLimits(constants: Constants): void {
  console.log(
    '\nWhat grows with the number of nodes, for access tokens of 10 min. Each sign-out publishes a notice; it wakes every node, which then polls, ten times a second at most.\n',
  );
  printTable([
    [
      'sessions in use',
      'nodes',
      'connections, pools of 10',
      'polls for notices a second, at most',
      'sign-outs a second',
      'notices delivered a second',
    ],
    ...[100_000, 1_000_000, 10_000_000, 100_000_000].map((users) => {
      const { nodes, connections, polls, deliveries, rates } = needsOf(
        { ...TYPICAL, users },
        600,
        'PostgreSQL',
        constants,
      );
      return [
        number(users),
        number(nodes),
        number(connections),
        number(polls),
        number(rates.signOuts, 1),
        number(deliveries),
      ];
    }),
  ]);
}

const megabytes = (bytes: number) => `${number(bytes / 1e6, 1)} MB`;
