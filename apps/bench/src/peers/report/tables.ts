import { number } from '../../print.ts';
import { CONTESTANTS } from '../contestants.ts';
import type { ExpiryCost } from '../expiry-cost.ts';
import { HERD, type HerdResult } from '../herd.ts';
import type { QueryResult } from '../query-rounds.ts';
import { packageVersion } from './package-versions.ts';

/** A table for the terminal and the page: rows of cells, the head first. */
export type Table = readonly (readonly string[])[];

const ms = (value: number, digits = 2) => `${number(value, digits)} ms`;

export function queryTable(results: readonly QueryResult[]): Table {
  const rows = results.map(
    ({
      peer,
      perSecond,
      ratio,
      spread,
      p50,
      p99,
      cpuMicroseconds,
      cpuAloneMicroseconds,
      roundTrips,
    }) => [
      peer.name,
      number(perSecond),
      number(ratio, 2),
      spread.map((value) => number(value, 2)).join(' … '),
      ms(p50),
      ms(p99),
      `${number(cpuMicroseconds)} µs`,
      `${number(cpuAloneMicroseconds)} µs`,
      number(roundTrips, 1),
    ],
  );
  return [
    [
      '',
      'per second',
      'against bare',
      'middle half',
      'p50',
      'p99',
      'CPU per request',
      'alone',
      'store calls',
    ],
    ...rows,
  ];
}

export function expiryTable(costs: readonly ExpiryCost[]): Table {
  const rows = costs.flatMap(({ distanceMs, ordinary, latchkey, dance }) => [
    [
      `${distanceMs} ms away`,
      'a query with a valid token',
      ms(ordinary.p50, 1),
      ms(ordinary.p99, 1),
    ],
    ['', 'Latchkey, expired token', ms(latchkey.p50, 1), ms(latchkey.p99, 1)],
    ['', '401, refresh, again', ms(dance.p50, 1), ms(dance.p99, 1)],
  ]);
  return [['', '', 'p50', 'p99'], ...rows];
}

export function herdTable(results: readonly HerdResult[]): Table {
  const rows = results.map(
    ({ herd, answered, refused, refreshCalls, rotations, statements, isStillSignedIn }) => [
      herd.name,
      herd.expires,
      String(answered),
      String(refused),
      String(refreshCalls),
      rotations === null ? 'no refresh tokens' : String(rotations),
      String(statements),
      isStillSignedIn ? 'yes' : 'no',
    ],
  );
  return [
    [
      '',
      'what expires',
      `200 of ${HERD}`,
      '401 in the end',
      'calls of /refresh',
      'rotations',
      'statements',
      'signed in afterwards',
    ],
    ...rows,
  ];
}

export const settingsTable = (): Table => [
  ['', 'set-up', 'versions'],
  ...CONTESTANTS.map(({ name, settings, packages }) => [
    name,
    settings,
    packages.map((one) => `${one} ${packageVersion(one)}`).join(', '),
  ]),
];

export const differencesTable = (): Table => [
  [
    '',
    'work for each request',
    'an ended session is refused',
    'a stolen credential that is used beside its owner',
    'what it has and Latchkey lacks',
  ],
  ...CONTESTANTS.slice(1).map(({ name, work, revocation, theft, besides }) => [
    name,
    work,
    revocation,
    theft,
    besides,
  ]),
];
