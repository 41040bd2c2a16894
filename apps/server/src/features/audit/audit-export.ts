import type { AuditQuery, NamedAuditRecord, SqlAuditSearch } from './audit-search.ts';
import { namedAuditViewOf } from './audit-view.ts';
import { type Cell, csvLine } from './csv.ts';

/** Number of audit records that an export holds in memory at once. */
const PAGE = 500;

const COLUMNS: Readonly<Record<string, (row: ReturnType<typeof namedAuditViewOf>) => Cell>> = {
  id: ({ id }) => id,
  at: ({ at }) => instantOf(at),
  kind: ({ kind }) => kind,
  actor: ({ actorName }) => actorName,
  actorId: ({ actorId }) => actorId,
  user: ({ username }) => username,
  userId: ({ userId }) => userId,
  sessionId: ({ sessionId }) => sessionId,
  reference: ({ reference }) => reference,
  reason: ({ reason }) => reason,
  statedReason: ({ details: { statedReason } }) =>
    typeof statedReason === 'string' ? statedReason : null,
  ipAddress: ({ ipAddress }) => ipAddress,
  browser: ({ browser }) => browser,
  system: ({ system }) => system,
  details: ({ details }) => otherDetails(details),
  sealed: ({ sealed }) => sealed,
};

/**
 * Exports the audit log as CSV, newest first: a heading, then one page of records at a time, each
 * read when the previous one has been consumed.
 *
 * @param onBegin called once the first page is read, before the first output; an event that it
 *   writes is not in the export
 * @throws StoreUnavailableError
 */
export async function* auditCsv(
  { search }: Pick<SqlAuditSearch, 'search'>,
  query: Omit<AuditQuery, 'after' | 'limit'>,
  onBegin: () => Promise<void>,
): AsyncGenerator<string, void> {
  let { records, next } = await search({ ...query, limit: PAGE });
  await onBegin();
  yield csvLine(Object.keys(COLUMNS));
  for (;;) {
    const rows = records.map(namedAuditViewOf);
    yield rows.map((row) => csvLine(Object.values(COLUMNS).map((cell) => cell(row)))).join('');
    if (next === null) return;
    ({ records, next } = await search({ ...query, after: next, limit: PAGE }));
  }
}

function otherDetails(details: NamedAuditRecord['details']): Cell {
  const { statedReason: _, ...others } = details;
  return Object.keys(others).length > 0 ? JSON.stringify(others) : null;
}

/** Formats a time as ISO 8601; an invalid timestamp in the audit log is written as its number. */
function instantOf(at: number): Cell {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : date.toISOString();
}
