import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { settableClock } from '@latchkey/core/testing';
import { startApp } from '@latchkey/server/testing';
import { number, printTable, progress } from '../print.ts';
import type { Servers } from '../servers.ts';
import { listCases } from './cases.ts';
import { fillLists, sizesOf } from './fill-lists.ts';
import { type ListResult, measureLists } from './measure-lists.ts';
import type { Dialect } from './rows.ts';

/** The aims, in milliseconds. */
const P99 = 50;
const STALL = 20;
/** Disk space for both stores while their indexes are built, per event, and for PostgreSQL's log. */
const BYTES_PER_EVENT = 1_800;
const SPARE_BYTES = 2 * 2 ** 30;
/** Users and sessions each are this part of the events. */
const EVENTS_EACH = 5;

/** The indexes and tables that exist for the lists and searches alone. */
const FOR_LISTS =
  /^(latchkey_sessions_created_at|app_audit_(kind|reason|address|spans|texts.*)|app_users_(status|created_at|.*trigrams.*))$/;

/** Returns a sentence if a folder has too little room for the stores; `null` if it has enough. */
export function roomFault(events: number, folder: string, freeBytes: number): string | null {
  const needed = events * BYTES_PER_EVENT + SPARE_BYTES;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  return freeBytes >= needed
    ? null
    : `${folder} has ${gigabytes(freeBytes)} free, and the stores with ${number(events)} events need ${gigabytes(needed)}: make room, set TMPDIR to another folder, or choose fewer with --events.`;
}

/** Measures the administration's lists and searches over large tables, on both databases. */
export async function printLists(servers: Servers, events: number): Promise<void> {
  const { bavail, bsize } = statfsSync(tmpdir());
  const fault = roomFault(events, tmpdir(), bavail * bsize);
  if (fault !== null) {
    console.error(fault);
    process.exitCode = 1;
    return;
  }
  const file = servers.newFile('lists');
  await printStore('SQLite', 'sqlite', file, `file:${file}`, events);
  const url = await servers.newDatabase('lists');
  await printStore('PostgreSQL', 'postgres', url, url, events);
}

async function printStore(
  name: string,
  dialect: Dialect,
  place: string,
  databaseUrl: string,
  events: number,
): Promise<void> {
  const each = Math.floor(events / EVENTS_EACH);
  const clock = settableClock();
  /** Makes the tables; their rows come from the database itself. */
  await (await startApp({ databaseUrl, clock })).close();
  await fillLists(dialect, place, { events, sessions: each, users: each }, clock.now(), (text) =>
    progress(`${name}: ${text}`),
  );
  const sizes = await sizesOf(dialect, place);
  const app = await startApp({ databaseUrl, clock });
  try {
    const browser = app.browser();
    const { status } = await browser.post('/login', { username: 'admin', password: 'password' });
    if (status !== 200) throw new Error(`the sign-in of admin was answered ${status}`);
    const results = await measureLists(browser, listCases(clock.now()), (text) =>
      progress(`${name}: ${text}`),
    );
    console.log(
      `\n${name}: ${number(events)} events, ${number(each)} sessions, ${number(each)} users. Each call is a request to the server, over HTTP; the longest stall is of its event loop, which the client shares.\n`,
    );
    printTable([['', 'p50', 'p99', 'longest stall', 'aim', ''], ...results.map(rowOf)]);
    console.log('\nWhat the lists and searches add to the storage, and of what:\n');
    const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
    printTable([
      ['', 'MB', ''],
      ...sizes
        .filter((size) => FOR_LISTS.test(size.name) && size.bytes > 2 ** 20)
        .map((size) => [size.name, number(size.bytes / 1e6), '']),
      ['all tables and indexes', number(bytes / 1e6), ''],
    ]);
  } finally {
    await app.close();
  }
}

const rowOf = ({ name, p50, p99, stall }: ListResult): string[] => [
  name,
  `${number(p50, 1)} ms`,
  `${number(p99, 1)} ms`,
  `${number(stall, 1)} ms`,
  `≤ ${P99} and ${STALL} ms`,
  p99 <= P99 && stall <= STALL ? 'met' : 'missed',
];
