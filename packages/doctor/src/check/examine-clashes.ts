import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { FindingCollector } from '../finding.ts';
import type { App } from './project.ts';
import { sourceFiles } from './source-files.ts';
import { listed } from './versions.ts';

/** Matches where a cookie with the name of one of ours is set. */
const SETS_COOKIE =
  /\b(?:cookies?|setCookie|serialize|set)\(\s*(?:\w+\s*,\s*)?['"`](?:__Host-)?(X-(?:Access-Token|Refresh-Token|Username|Session-Only|Device|Pre-Session))['"`]/;
/** Matches where a table with the name of one of ours is declared, in SQL or for a library. */
const DECLARES_TABLE =
  /(?:create\s+table\s+(?:if\s+not\s+exists\s+)?["'`]?|(?:createTable|[pP]gTable|sqliteTable|mysqlTable|@@map)\(\s*["'`])(latchkey_(?:sessions|revocations|revocation_notices|keys|audit_events|audit_seals))\b/i;
/** The table that records our migrations: a file with it is the output of `migrationSql`. */
const OUR_MIGRATIONS = /\blatchkey_migrations\b/;

/** Finds cookies and tables of an app that have the names of ours, by reading its sources. */
export function examineClashes({ folder }: App, { warning }: FindingCollector): void {
  const cookies = new Map<string, string>();
  const tables = new Map<string, string>();
  for (const path of sourceFiles(folder)) {
    const text = readFileSync(path, 'utf8');
    const cookie = SETS_COOKIE.exec(text)?.[1];
    const table = OUR_MIGRATIONS.test(text) ? undefined : DECLARES_TABLE.exec(text)?.[1];
    if (cookie) cookies.set(cookie, relative(folder, path));
    if (table) tables.set(table, relative(folder, path));
  }
  const places = (found: ReadonlyMap<string, string>) =>
    listed([...found].map(([name, path]) => `${name} (${path})`));
  if (cookies.size > 0)
    warning(
      'cookie-clash',
      `the app sets ${places(cookies)}`,
      "Latchkey's cookies have these names, so each side would overwrite the other's",
      "delete it, or give Latchkey names of its own: latchkey({ cookies: { prefix: 'my-' } })",
    );
  if (tables.size > 0)
    warning(
      'table-clash',
      `the app declares ${places(tables)}`,
      'the stores of @latchkey/sql have tables of these names, and refuse a database with others',
      "rename yours, or on PostgreSQL keep ours apart: openDatabase(url, { schema: 'latchkey' })",
    );
}
