import type { SqlKind } from '@latchkey/sql';
import { type Kysely, sql } from 'kysely';
import { createTrigramTable } from '../../../services/text-search.ts';

/**
 * The texts of audit events that are searched by their parts, in lower case: the stated reason, or
 * the name of a created user.
 */
export interface AuditTextsTable {
  event_id: number;
  text: string;
}

/** The earliest and the latest time of each block of audit events. */
export interface AuditSpansTable {
  block: number;
  first_at: number;
  last_at: number;
}

/**
 * Creates what the search of the audit log needs beside the log itself: an index by kind, by reason
 * and by address, and two small tables.
 */
export async function createAuditSearch(db: Kysely<unknown>, kind: SqlKind): Promise<void> {
  const binary = sql.raw(kind === 'postgres' ? ' collate "C"' : '');
  for (const statement of [
    sql`create index app_audit_kind on latchkey_audit_events (kind, id)`,
    sql`create index app_audit_reason on latchkey_audit_events (reason, id) where reason is not null`,
    sql`create index app_audit_address on latchkey_audit_events (ip_address${binary}, id) where ip_address is not null`,
    sql`create table app_audit_spans (block bigint primary key, first_at bigint not null, last_at bigint not null)`,
    sql`create table app_audit_texts (
      event_id ${sql.raw(kind === 'postgres' ? 'bigint' : 'integer')} primary key references latchkey_audit_events (id) on delete cascade,
      text text${binary} not null)`,
    sql`create index app_audit_texts_text on app_audit_texts (text)`,
    ...COPY_TEXTS[kind],
  ])
    await statement.execute(db);
  if (kind === 'sqlite') await createTrigramTable(db, 'app_audit_texts', 'event_id', 'text');
}

const hasText = sql.raw(`(new.details like '%"statedReason"%' or new.details like '%"username"%')`);

/** Triggers that copy the searched text of each event. Malformed details have none. */
const COPY_TEXTS = {
  sqlite: [
    sql`create trigger app_audit_texts_copy after insert on latchkey_audit_events
        when ${hasText} and json_valid(new.details)
        begin
          insert into app_audit_texts (event_id, text)
          select new.id, lower(found) from
            (select coalesce(new.details ->> '$.statedReason', new.details ->> '$.username') as found)
          where found is not null;
        end`,
  ],
  postgres: [
    sql`create function app_audit_text(details text) returns text language plpgsql immutable as $$
        begin
          return lower(coalesce(details::json ->> 'statedReason', details::json ->> 'username'));
        exception when others then return null;
        end $$`,
    sql`create function app_audit_texts_copy() returns trigger language plpgsql as $$
        declare found_text text := app_audit_text(new.details);
        begin
          if found_text is not null then
            insert into app_audit_texts (event_id, text) values (new.id, found_text);
          end if;
          return null;
        end $$`,
    sql`create trigger app_audit_texts_copy after insert on latchkey_audit_events
        for each row when ${hasText} execute function app_audit_texts_copy()`,
  ],
};
