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

/** All results of one run. */
export interface PeersRun {
  readonly queries: readonly QueryResult[];
  readonly expiry: readonly ExpiryCost[];
  readonly herds: readonly HerdResult[];
  readonly rounds: number;
  /** Versions and processor, one line. */
  readonly machine: string;
}

/** The prose states reasons, which are constant; figures are computed from the run. */
export function benchmarksPage(run: PeersRun): string {
  const [throughput, cpu, expiry] = plots(run).map(
    ({ name, title }) => `![${title}](benchmarks/${name}.svg)`,
  );
  return `# Latchkey against what people would pick instead

This page is written by \`npm run bench -- --peers\`; nothing in it was edited by hand. Absolute figures are this machine's, and a busy one's are worse: compare within a table.

${run.machine} ${['@trpc/server', 'express'].map((name) => `${name} ${packageVersion(name)}`).join(', ')}.

## An authenticated query

The same tRPC query on Express 5, behind each. Every contestant is a server process of its own on 127.0.0.1, without TLS, with \`NODE_ENV=production\`, a database of its own in the same PostgreSQL (its ordinary durable settings) and the
same Redis (nothing kept on disk), set up as its documentation advises. Browsers sign in by its own means; ${SESSIONS} sessions take turns over ${CONNECTIONS} connections. The load comes from another process. All contestants run in each of ${run.rounds}
rounds, ${ROUND_SECONDS} s at a time and each round in another order; *against bare* is taken round by round, so that whatever else the machine does meets all alike. Figures are medians of the rounds, latencies those of all requests.
*CPU* is the Node process's (\`process.cpuUsage\`), garbage collection included; the store's own is not in it. Server, load and store share the processors, which contestants that ask a store on each request feel in the
throughput. *Alone* is the same with one request in flight, for ${ALONE_SECONDS} s of each round: many at once share turns of the event loop, most of all where they wait for a store
together. *Store calls* are statements to PostgreSQL and commands to Redis for each request.

${markdownTable(queryTable(run.queries), 1)}

${throughput}

${cpu}

### Who is ahead of Latchkey, and why

Compared with Latchkey, HS256, by the medians of the rounds; where the middle halves overlap, another run may say otherwise.

${aheadOfLatchkey(run.queries)}

A store that answers at once may look as cheap as bare tRPC, or cheaper, with many requests in flight: requests that wait together are answered together, in one turn of the event loop. *Alone* shows what it costs.

What Latchkey pays for on each request: a tRPC middleware, without which no procedure is protected (\`npm run bench\` measures an empty one beside it); where the request comes from and what it carries; every cookie of its names, not only the
first of each; whether the session was ended, which the revocation feed has told this process, so no store is asked; and a hook on the response, by which cookies are decided when the headers are written. What it saves: a token that was verified
once is looked up afterwards, so its signature costs nothing until the next one comes, after ten minutes. A token's first sight is not in these figures; \`npm run bench\` has it.

What was tried against the rest: verified tokens are remembered; of the cookie header only our own pairs are cut out; the response is hooked only where cookies will be set; no step is asynchronous unless it has to wait. What is left to
save is tRPC's: it copies the call and its context for each middleware, and makes a web \`Request\`, a \`Response\` and streams for each call, bare ones included.

### The same query is not the same promise

${markdownTable(differencesTable())}

### Set-up

${markdownTable(settingsTable())}

better-auth's cached copy is renewed by its own endpoint, \`/api/auth/get-session\`, which its client calls; \`auth.api.getSession\` in a tRPC context reads the database once the copy is too old. The copy does not become too old during the
measurement. Its rate limiting is off because ${SESSIONS} sign-ins within seconds would meet it; queries would not.

## What an expiry costs

The one query that meets an expired access token, measured at the browser, on open connections. Latchkey refreshes within that request. The other is the usual dance: 401, \`POST /refresh\`, the query again. It is the textbook's form and no
product: a short access token made by \`jsonwebtoken\`, a refresh token in an HttpOnly cookie that works once (two statements on PostgreSQL), a client with a lock. Both have tokens of ${SHORT_TOKEN_SECONDS} s, which expired by themselves; each of the
${TURNS} turns is another person's. Distance is the round trip: a proxy of ours holds every byte for half of it in each direction. Latchkey's next query, which needs no refresh, stands beside them. With so few turns, p99 is hardly more than the slowest of them.

${markdownTable(expiryTable(run.expiry), 2)}

${expiry}

A client that looks at \`exp\` and refreshes beforehand saves the refused trip, where its clock is right; it still makes two. Sessions that do not expire under way, as express-session's and iron-session's, pay nothing here.

## Twenty requests that meet the same expiry

${HERD} queries leave at once, as over HTTP/2, ${HERD_DISTANCE_MS} ms away, when what expires has just expired. *Statements* are all that the server sends to PostgreSQL meanwhile. *Signed in afterwards* is asked after the next expiry. The dance is again the textbook's: a refresh token works once, and one that comes again ends
its family (RFC 9700, section 4.14.2). In its naive form each request refreshes by itself; with a lock the requests of a tab share one refresh, and two tabs, ten requests each, know nothing of each other's.

${markdownTable(herdTable(run.herds), 2)}

Latchkey decides this on the server: one request rotates, the others find their write too late, read the record and are given the same successor, which makes two statements each; no lock is needed in any tab. Services soften the textbook by an interval in which a used token may come again; what that costs is in
[the laboratory](../lab/README.md). better-auth's requests read the database instead of the copy; nothing rotates. express-session and iron-session have nothing that expires so soon.
`;
}
