/** How many rows each table gets. */
export interface Sizes {
  readonly events: number;
  readonly sessions: number;
  readonly users: number;
}

export type Dialect = 'sqlite' | 'postgres';

const DAY_MS = 86_400_000;
/** Number of days over which users, sessions and events are spread. */
const DAYS = { users: 1_000, sessions: 30, events: 365 };

const FIRST =
  'ada adele anna bela bert carla chen dario dora elif emil fatou finn greta hugo ines ivan jana jose kaya lena leo mara milo nadia noor olga otto paula pavel quinn rana rosa sami tara theo uma viktor wanda zoe'.split(
    ' ',
  );
const LAST =
  'adams bauer brandt castro conti dietrich dubois ekström evans ferrari fischer garcia gruber haddad hansen ibrahim ivanova jensen jung kaya keller kowalski lang larsen martin meyer moreau nagy novak okafor olsen park petrov quist rossi rossini sato schmidt silva sommer tanaka thomas urban vogel weber wilson yilmaz young zimmermann zwick'.split(
    ' ',
  );
/** The letters of a session's reference. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

const list = (words: readonly string[]) =>
  words.map((word, n) => `select ${n} as n, '${word}' as word`).join(' union all ');

/** Returns SQL for the numbers `n` from `from` up to, but not including, `until`. */
const numbers = (dialect: Dialect, from: number, until: number) =>
  dialect === 'postgres'
    ? `(select n from generate_series(${from}::bigint, ${until - 1}) n)`
    : `(with recursive counted(n) as (select ${from} union all select n + 1 from counted where n < ${until - 1}) select n from counted)`;

/** A number below `most` that looks random and can be computed again from `n`. */
const scattered = (n: string, most: number, salt = 1) =>
  `((${n} + ${salt * 7919}) * 2654435761 % 4294967296 / 64) % ${most}`;
const letter = (n: string, at: number) =>
  `substr('${LETTERS}', cast((${n} + 1) * 2654435761 % ${30 ** 10} / ${30 ** at} % 30 as integer) + 1, 1)`;
const reference = (n: string) =>
  [0, 1, 2, 3, 4]
    .map((at) => letter(n, at))
    .concat("'-'")
    .concat([5, 6, 7, 8, 9].map((at) => letter(n, at)))
    .join(' || ');
const address = (n: string) =>
  `'10.' || (${scattered(n, 20, 2)}) || '.' || (${scattered(n, 250, 3)}) || '.' || (${scattered(n, 240, 4)})`;
const userOf = (n: string, { users }: Sizes) => `'user-' || (${scattered(n, users, 5)})`;
const AGENT =
  "'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'";

/** Returns the statement that adds users `from` to `until`; user names repeat no pair and number. */
export const usersSql = (
  dialect: Dialect,
  sizes: Sizes,
  now: number,
  from: number,
  until: number,
) =>
  `insert into app_users (id, username, password_hash, role, token_version, disabled, created_at)
   select 'user-' || i.n, f.word || '.' || l.word || i.n, '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g',
     case when i.n % 10000 = 7 then 'Admin' else 'User' end, 0, case when i.n % 500 = 3 then 1 else 0 end,
     ${now} - ${DAYS.users * DAY_MS} + i.n * ${Math.floor((DAYS.users * DAY_MS) / sizes.users)}
   from ${numbers(dialect, from, until)} i
   join (${list(FIRST)}) f on f.n = (${scattered('i.n', FIRST.length, 6)})
   join (${list(LAST)}) l on l.n = (${scattered('i.n', LAST.length, 7)})`;

/** Returns the statement that adds sessions: one in ten revoked, one in twenty expired. */
export const sessionsSql = (
  dialect: Dialect,
  sizes: Sizes,
  now: number,
  from: number,
  until: number,
) => {
  const began = `${now} - i.n * ${Math.floor((DAYS.sessions * DAY_MS) / sizes.sessions)}`;
  return `insert into latchkey_sessions (id, user_id, username, generation, secret_hash, previous_secret_hash, sealed_successor, delivered_at,
     acknowledged_at, token_version, created_at, authenticated_at, last_seen_at, idle_expires_at, absolute_expires_at, revoked_at, revoked_reason, user_agent, ip_address)
   select 'session-' || i.n, u.id, u.username, 7, 'h3xcgJQZ2zR0b7RkEx8bUoCkQkTn9uKqgqL2n9zqk0Q', null, null, ${now}, ${now}, 0, ${began}, ${began}, ${now},
     case when i.n % 20 = 11 then ${now} - 1000 else ${now} + ${7 * DAY_MS} end, ${began} + ${(DAYS.sessions + 1) * DAY_MS},
     case when i.n % 10 = 4 then ${now} end, case when i.n % 10 = 4 then 'signed_out' end, ${AGENT}, ${address('i.n')}
   from ${numbers(dialect, from, until)} i join app_users u on u.id = ${userOf('i.n', sizes)}`;
};

/**
 * Returns the statement that adds audit events. Of ten, two create a user, four are sign-ins, two
 * end a session, one is a refused sign-in; the tenth is rare, and one in a hundred of those has a
 * stated reason.
 */
export function eventsSql(
  dialect: Dialect,
  sizes: Sizes,
  now: number,
  from: number,
  until: number,
): string {
  const user = userOf('i.n', sizes);
  const created = `i.n % 10 in (0, 5) and i.n / 5 < ${sizes.users}`;
  const ended = 'i.n % 10 in (2, 7)';
  const refused = 'i.n % 10 = 4';
  const acted = 'i.n % 1000 = 9';
  return `insert into latchkey_audit_events (at, kind, actor_id, user_id, session_id, reason, ip_address, user_agent, details)
   select ${now} - (${sizes.events} - i.n) * ${Math.floor((DAYS.events * DAY_MS) / sizes.events)},
     case when ${created} then 'user.created' when ${ended} or ${acted} then 'session.revoked' when ${refused} then 'sign_in.refused'
       when i.n % 10 = 9 then 'session.reauthenticated' else 'session.issued' end,
     case when ${acted} then 'user-7' when ${refused} then null when ${created} then 'user-' || (i.n / 5) else ${user} end,
     case when ${refused} and i.n % 20 = 4 then null when ${created} then 'user-' || (i.n / 5) else ${user} end,
     case when ${created} or ${refused} then null else 'session-' || (i.n % ${sizes.sessions}) end,
     case when ${acted} then 'administrator' when ${ended} and i.n % 50 = 2 then 'password_changed' when ${ended} then 'signed_out'
       when ${refused} and i.n % 20 = 4 then 'unknown_user' when ${refused} then 'wrong_password' end,
     ${address('i.n')}, ${AGENT},
     case when ${acted} then '{"statedReason":"Ticket ' || i.n || ': lost a laptop on the train"}'
       when ${created} then '{"username":"' || u.username || '","role":"User"}' end
   from ${numbers(dialect, from, until)} i left join app_users u on ${created} and u.id = 'user-' || (i.n / 5) order by i.n`;
}

/** Returns the statement that adds a receipt for sessions `from` to `until`. */
export const receiptsSql = (
  dialect: Dialect,
  sizes: Sizes,
  now: number,
  from: number,
  until: number,
) =>
  `insert into app_session_receipts (session_id, reference, user_id, cause, ended_by, at)
   select 'session-' || i.n, ${reference('i.n')}, ${userOf('i.n', sizes)}, 'signed_out', 'owner', ${now} - i.n
   from ${numbers(dialect, from, until)} i`;
