import type { PeerKind } from './peer-process.ts';

/** A common alternative to Latchkey, with the set-up that a reader needs to judge its results. */
export interface ContestantPeer {
  readonly kind: PeerKind;
  readonly name: string;
  /** Packages of the contestant whose versions are reported. */
  readonly packages: readonly string[];
  readonly settings: string;
  /** What the contestant does on each request, which explains its results. */
  readonly work: string;
  /** When the contestant refuses a revoked session. */
  readonly revocation: string;
  /** Whether the contestant detects a stolen credential that is used beside its owner. */
  readonly theft: string;
  /** The work of Latchkey that the contestant does not do: the reason if it is faster. */
  readonly saves: string;
  /** Features of the contestant that Latchkey lacks. */
  readonly besides: string;
}

const NO_ROTATION = 'not noticed: the credential does not change';

/** The contestants in the order of the result tables. The first is the reference. */
export const CONTESTANTS: readonly ContestantPeer[] = [
  {
    kind: 'bare',
    name: 'bare tRPC',
    packages: ['@trpc/server', 'express'],
    settings: 'no sign-in, no middleware, an empty context',
    work: 'nothing',
    revocation: '',
    theft: '',
    saves: 'it checks nothing, so there is no middleware in front of its query',
    besides: '',
  },
  {
    kind: 'jsonwebtoken',
    name: 'jsonwebtoken',
    packages: ['jsonwebtoken'],
    settings:
      'HS256 with a string secret, as most people write it; `Authorization: Bearer`; verified in `createContext`, `algorithms` pinned; tokens of one hour',
    work: 'verifies a signature; derives a key from the string each time',
    revocation: 'never: a token is valid until it expires',
    theft: NO_ROTATION,
    saves:
      'it reads one header and nothing else: it checks neither whether the session was ended nor where the request comes from, reads no cookies and does not hook the response',
    besides: 'no service and no storage: it is one function call',
  },
  {
    kind: 'iron-session',
    name: 'iron-session',
    packages: ['iron-session'],
    settings: 'defaults: a cookie of 14 days; opened in `createContext`',
    work: 'derives two keys, checks a MAC, decrypts the session, by Web Crypto',
    revocation: 'never: a cookie is valid until it expires',
    theft: NO_ROTATION,
    saves: 'there is no server-side session at all, so nothing is looked up',
    besides: 'needs no store and keeps any data in the cookie',
  },
  {
    kind: 'express-session-redis',
    name: 'express-session, Redis',
    packages: ['express-session', 'connect-redis', 'redis'],
    settings:
      '`resave: false`, `saveUninitialized: false`, a cookie of seven days; the store touches the session on each request, as it does unless told otherwise',
    work: 'reads the session, and extends its expiry',
    revocation: 'at once: each request reads the store',
    theft: NO_ROTATION,
    saves:
      'the lookup is done by Redis, whose time is not counted here; requests that wait for it together share turns of the event loop; and their origin is not checked',
    besides: 'keeps any data in the session, and needs no second token',
  },
  {
    kind: 'express-session-postgres',
    name: 'express-session, PostgreSQL',
    packages: ['express-session', 'connect-pg-simple', 'pg'],
    settings:
      '`resave: false`, `saveUninitialized: false`, a cookie of seven days; a pool of ten; the store touches the session on each request, as it does unless told otherwise',
    work: 'reads the session, and writes its new expiry to the table',
    revocation: 'at once: each request reads the store',
    theft: NO_ROTATION,
    saves:
      'the lookup is done by PostgreSQL, whose time is not counted here; requests that wait for it together share turns of the event loop; and their origin is not checked',
    besides: 'the same',
  },
  {
    kind: 'better-auth',
    name: 'better-auth',
    packages: ['better-auth', 'pg'],
    settings:
      '`pg` with a pool of ten; e-mail and password; no cookie cache, which is the default; secure cookies; rate limiting off; `auth.api.getSession` in `createContext`',
    work: "checks the cookie's signature, reads session and user",
    revocation: 'at once: each request reads the store',
    theft: NO_ROTATION,
    saves: 'the lookup is done by PostgreSQL, whose time is not counted here',
    besides:
      'accounts, social sign-in, second factors, passkeys, organizations and more, for many frameworks',
  },
  {
    kind: 'better-auth-cached',
    name: 'better-auth, cookie cache',
    packages: ['better-auth', 'pg'],
    settings:
      'the same, with `cookieCache: { enabled: true, maxAge: 600 }`: as old as an access token of Latchkey',
    work: 'checks the signatures of two cookies; no store',
    revocation: 'when the cached copy is too old, after `maxAge` at the latest',
    theft: NO_ROTATION,
    saves: 'the cached copy is trusted without checking whether the session was ended',
    besides: 'the same',
  },
  {
    kind: 'latchkey-hs256',
    name: 'Latchkey, HS256',
    packages: ['pg', 'jsonwebtoken'],
    settings:
      'defaults: access tokens of 600 s; sessions on PostgreSQL, a pool of ten; the revocation feed followed',
    work: 'looks the token up among the verified ones, and its session among the ended ones; checks the origin of the request',
    revocation: 'within a second, by the revocation feed, without reading the store',
    theft:
      'a refresh token that is presented after its successor is in use ends the session; a copied access token is valid until it expires',
    saves: '',
    besides: '',
  },
  {
    kind: 'latchkey-es256',
    name: 'Latchkey, ES256',
    packages: ['pg', 'jsonwebtoken'],
    settings: 'the same, with ES256, the default in production',
    work: 'the same; the signature is verified once for each token, so the algorithm hardly matters here',
    revocation: 'the same',
    theft: 'the same',
    saves: '',
    besides: '',
  },
  {
    kind: 'latchkey-redis',
    name: 'Latchkey, HS256, Redis',
    packages: ['ioredis', 'jsonwebtoken'],
    settings: 'defaults: access tokens of 600 s; sessions and revocation feed on Redis',
    work: 'the same',
    revocation: 'the same',
    theft: 'the same',
    saves: '',
    besides: '',
  },
];
