import { type ExpiryCost, TURNS } from '../expiry-cost.ts';
import { HERD, HERD_DISTANCE_MS, type HerdResult, SHORT_TOKEN_SECONDS } from '../herd.ts';
import {
  ALONE_SECONDS,
  CONNECTIONS,
  type QueryResult,
  ROUND_SECONDS,
  SESSIONS,
} from '../query-rounds.ts';
import { plots } from './charts.ts';
import { aheadOfLatchkey } from './comparison-prose.ts';
import { markdownTable } from './markdown-table.ts';
import { packageVersion } from './package-versions.ts';
import { differencesTable, expiryTable, herdTable, queryTable, settingsTable } from './tables.ts';

/** All results of one benchmark run. */
export interface PeersRun {
  readonly queries: readonly QueryResult[];
  readonly expiry: readonly ExpiryCost[];
  readonly herds: readonly HerdResult[];
  readonly rounds: number;
  /** The versions of the software and the processor, in one line. */
  readonly machine: string;
}

/**
 * Returns the text of the benchmark page. The reasons in its prose are constant; the numbers are
 * computed from the run.
 */
export function benchmarksPage(run: PeersRun): string {
  const [throughput, cpu, expiry] = plots(run).map(
    ({ name, title }) => `![${title}](benchmarks/${name}.svg)`,
  );
  return `# Latchkey compared with common alternatives

This page is written by \`npm run bench -- --peers\`; nothing in it was edited by hand. Absolute figures depend on the machine and its load: compare within a table.

${run.machine} ${['@trpc/server', 'express'].map((name) => `${name} ${packageVersion(name)}`).join(', ')}.

## An authenticated query

The same tRPC query on Express 5, behind each contestant. Each contestant is a separate server process on 127.0.0.1, without TLS, with \`NODE_ENV=production\`, a separate database in the same PostgreSQL (its default durable settings) and the
same Redis (nothing kept on disk), set up as its documentation advises. Browsers sign in by the contestant's own endpoint; ${SESSIONS} sessions take turns over ${CONNECTIONS} connections. The load comes from another process. All contestants run in each of ${run.rounds}
rounds, ${ROUND_SECONDS} s at a time and each round in another order; *against bare* is computed round by round, so that other load of the machine affects all alike. Figures are medians of the rounds, latencies are of all requests.
*CPU* is the Node process's (\`process.cpuUsage\`), garbage collection included, without the store's. Server, load and store share the processors, which reduces, for contestants that read a store on each request, the
throughput. *Alone* is the same with one request in flight, for ${ALONE_SECONDS} s of each round: parallel requests share turns of the event loop, above all if they wait for a store
together. *Store calls* are statements to PostgreSQL and commands to Redis for each request.

${markdownTable(queryTable(run.queries), 1)}

${throughput}

${cpu}

### Who is ahead of Latchkey, and why

Compared with Latchkey, HS256, by the medians of the rounds; if the middle halves overlap, another run may give another order.

${aheadOfLatchkey(run.queries)}

A store that answers quickly may look as cheap as bare tRPC, or cheaper, with many requests in flight: requests that wait together are answered together, in one turn of the event loop. *Alone* shows the cost of a single request.

What Latchkey pays for on each request: a tRPC middleware, without which no procedure is protected (\`npm run bench\` measures an empty one beside it); checks of the request's origin and content type; reading every cookie of its names, not only the
first of each; checking whether the session was ended, which this process knows from the revocation feed, so no store is read; and a hook on the response, in which cookies are set when the headers are written. What it saves: a token that was verified
once is looked up afterwards, so its signature costs nothing until the next token is issued, after ten minutes. The first verification of a token is not in these figures; \`npm run bench\` has it.

What reduces the cost: verified tokens are cached; only Latchkey's own pairs are read from the Cookie header; the response is hooked only if cookies will be set; no step is asynchronous unless it has to wait. What could still be
saved is in tRPC: it copies the call and its context for each middleware, and makes a web \`Request\`, a \`Response\` and streams for each call, bare ones included.

### What each contestant guarantees

${markdownTable(differencesTable())}

### Set-up

${markdownTable(settingsTable())}

better-auth's cached copy is renewed by its endpoint, \`/api/auth/get-session\`, which its client calls; \`auth.api.getSession\` in a tRPC context reads the database once the copy is too old. The copy does not expire during the
measurement. Its rate limiting is off because ${SESSIONS} sign-ins within seconds would exceed the limit; queries would not.

## What an expiry costs

The one query that presents an expired access token, measured at the browser, on open connections. Latchkey refreshes within that request. The alternative is the textbook's sequence: 401, \`POST /refresh\`, then the query again. It is not a
product: a short access token made by \`jsonwebtoken\`, a refresh token in an HttpOnly cookie that works once (two statements on PostgreSQL), a client with a lock. Both have tokens of ${SHORT_TOKEN_SECONDS} s, which expired by themselves; each of the
${TURNS} turns uses another user. Distance is the round-trip time: a proxy delays every byte by half of it in each direction. Latchkey's next query, which needs no refresh, stands beside them. With so few turns, p99 is hardly more than the slowest of them.

${markdownTable(expiryTable(run.expiry), 2)}

${expiry}

A client that reads \`exp\` and refreshes beforehand saves the refused request, if its clock is right; it still sends two. Sessions without access tokens, as in express-session and iron-session, cost nothing here.

## Twenty requests that meet the same expiry

${HERD} queries leave at once, as over HTTP/2, ${HERD_DISTANCE_MS} ms away, when the credential has just expired. *Statements* are those that the server sends to PostgreSQL during these queries. *Signed in afterwards* is checked after the next expiry. The refresh dance is the textbook's sequence: a refresh token works once, and one that is presented again ends
its family (RFC 9700, section 4.14.2). In its naive form each request refreshes by itself; with a lock the requests of a tab share one refresh, and two tabs, ten requests each, do not share their locks.

${markdownTable(herdTable(run.herds), 2)}

Latchkey decides this on the server: requests that arrive together share one rotation and get the same successor, and those that arrive meanwhile share one reading of the record; no lock is needed in any tab. Many services allow a used token to be presented again for some time; what that costs is in
[the laboratory](../lab/README.md). better-auth's requests read the database instead of the copy; no token is rotated. In express-session and iron-session nothing expires so soon.
`;
}
