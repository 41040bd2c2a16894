import { type RawBuilder, sql } from 'kysely';
import type { AppDatabase } from '../../../services/app-database.ts';
import {
  beginsWith,
  binary,
  loweredMatches,
  phrase,
  type TextMatch,
} from '../../../services/text-search.ts';
import { matchingUserIds, nameMatches } from '../../accounts/search/user-matches.ts';
import type { IdSource } from './id-lists.ts';

type Database = Pick<AppDatabase, 'run' | 'kind'>;

/** The largest numbers of users, addresses and references whose lists of events are merged. */
const MOST_LISTS = 2_000;
/** The largest number of events that are found by their own texts at once. */
const MOST_TEXTS = 5_000;
/** Number of characters from which a text is looked up among references: fewer match too many. */
const REFERENCE_LEAST = 3;

/** A text that the audit log is searched for, prepared. */
export interface AuditText {
  /** The condition that an event has the text in one of its visible texts. */
  readonly condition: RawBuilder<boolean>;
  /** Every list of events that can have the text; `null` if there are too many lists. */
  readonly sources: readonly IdSource[] | null;
  readonly match: TextMatch;
}

/**
 * Finds out where a text can occur: in usernames, in stated reasons and in the codes of reasons,
 * anywhere or at the beginning; in references and addresses, at the beginning.
 *
 * @throws StoreUnavailableError
 */
export async function prepareText(
  database: Database,
  text: string,
  match: TextMatch,
): Promise<AuditText> {
  const name = text.normalize('NFKC').toLowerCase();
  const reference = referencePrefix(text);
  const address = /^[0-9a-f:.]+$/i.test(text) ? text.toLowerCase() : null;
  const reasons = (await reasonsOf(database)).filter((reason) =>
    match === 'anywhere' ? reason.includes(name) : reason.startsWith(name),
  );
  const column = (value: string) => sql.ref(`latchkey_audit_events.${value}`);
  const named = (id: RawBuilder<unknown>) =>
    sql<boolean>`exists (select 1 from app_users u where u.id = ${id} and ${nameMatches(sql.ref('u.username'), name, match)})`;
  /** The cheapest first: a search of many events evaluates them for each. */
  const conditions = [
    ...(reasons.length > 0 ? [sql<boolean>`${column('reason')} in (${sql.join(reasons)})`] : []),
    ...(address === null
      ? []
      : [beginsWith(sql`${column('ip_address')}${binary(database.kind)}`, address)]),
    ...(reference === null
      ? []
      : [
          sql<boolean>`exists (select 1 from app_session_receipts r where r.session_id = ${column('session_id')}
            and ${beginsWith(sql.ref('r.reference'), reference)})`,
        ]),
    named(column('user_id')),
    sql<boolean>`(${column('actor_id')} <> coalesce(${column('user_id')}, '') and ${named(column('actor_id'))})`,
    sql<boolean>`(${column('details')} is not null and exists (select 1 from app_audit_texts t
      where t.event_id = ${column('id')} and ${loweredMatches(sql.ref('t.text'), text, match)}))`,
  ];
  const found = await Promise.all([
    matchingUserIds(database, name, match, MOST_LISTS),
    address === null ? [] : addressesFrom(database, address),
    reference === null ? [] : sessionsFrom(database, reference),
    textsWith(database, text, match),
  ]);
  const [users, addresses, sessions, texts] = found;
  const sources: IdSource[] = [
    ...(users ?? []).flatMap((value) => [
      { column: 'user_id' as const, value },
      { column: 'actor_id' as const, value },
    ]),
    ...(addresses ?? []).map((value) => ({ column: 'ip_address' as const, value })),
    ...(sessions ?? []).map((value) => ({ column: 'session_id' as const, value })),
    ...reasons.map((value) => ({ column: 'reason' as const, value })),
    ...(texts && texts.length > 0 ? [{ ids: texts }] : []),
  ];
  return {
    condition: sql<boolean>`(${sql.join(conditions, sql` or `)})`,
    sources: found.includes(null) ? null : sources,
    match,
  };
}

/** Returns the beginning of a reference as it is stored, with its hyphen; `null` for no reference. */
function referencePrefix(text: string): string | null {
  const characters = text.toUpperCase().replace(/[\s-]/g, '');
  if (!/^[A-Z2-9]+$/.test(characters) || characters.length < REFERENCE_LEAST) return null;
  return characters.length > 5 ? `${characters.slice(0, 5)}-${characters.slice(5)}` : characters;
}

/** Returns every reason in the log, by one look into the index for each. */
async function reasonsOf({ run }: Database): Promise<string[]> {
  const { rows } = await run((db) =>
    sql<{ reason: string }>`with recursive known(reason) as (
        select (select reason from latchkey_audit_events where reason is not null order by reason limit 1)
        union all
        select (select e.reason from latchkey_audit_events e where e.reason > known.reason order by e.reason limit 1)
        from known where known.reason is not null)
      select reason from known where reason is not null limit ${MOST_LISTS}`.execute(db),
  );
  return rows.map(({ reason }) => reason);
}

/** Returns the addresses that begin with a text, by one look into the index for each. */
async function addressesFrom({ run, kind }: Database, prefix: string): Promise<string[] | null> {
  const address = sql`e.ip_address${binary(kind)}`;
  const next = (from: RawBuilder<unknown>) =>
    sql`(select e.ip_address from latchkey_audit_events e
      where ${from} and ${beginsWith(address, prefix)} order by ${address} limit 1)`;
  const { rows } = await run((db) =>
    sql<{ address: string }>`with recursive known(address) as (
        select ${next(sql`e.ip_address is not null`)}
        union all
        select ${next(sql`${address} > known.address`)} from known
        where known.address is not null)
      select address from known where address is not null limit ${MOST_LISTS + 1}`.execute(db),
  );
  return rows.length > MOST_LISTS ? null : rows.map(({ address }) => address);
}

/** Returns the sessions whose reference begins with a text. */
async function sessionsFrom({ run }: Database, prefix: string): Promise<string[] | null> {
  const rows = await run((db) =>
    db
      .selectFrom('app_session_receipts')
      .select('session_id')
      .where(beginsWith(sql.ref('reference'), prefix))
      .limit(MOST_LISTS + 1)
      .execute(),
  );
  return rows.length > MOST_LISTS ? null : rows.map(({ session_id }) => session_id);
}

/** Returns the ids of the events with a text in their own texts. */
async function textsWith(
  { run, kind }: Database,
  text: string,
  match: TextMatch,
): Promise<number[] | null> {
  const found =
    kind === 'sqlite' && match === 'anywhere'
      ? sql`select rowid as id from app_audit_texts_trigrams where app_audit_texts_trigrams match ${phrase(text)}`
      : sql`select event_id as id from app_audit_texts where ${loweredMatches(sql.ref('text'), text, match)}`;
  const gathered = kind === 'sqlite' ? sql`json_group_array(id)` : sql`json_agg(id)`;
  const { rows } = await run((db) =>
    sql<{ ids: string | number[] | null }>`select ${gathered} as ids
      from (${found} limit ${MOST_TEXTS + 1}) as found`.execute(db),
  );
  const ids = rows[0]?.ids ?? [];
  const read: number[] = typeof ids === 'string' ? JSON.parse(ids) : ids;
  return read.length > MOST_TEXTS ? null : read;
}
