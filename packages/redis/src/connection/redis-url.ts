/** The address of one Redis server. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** What a Redis URL says: the servers, how they form one store, and our credentials. */
export interface RedisTarget {
  readonly kind: 'single' | 'cluster' | 'sentinel';
  readonly addresses: readonly RedisAddress[];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The number of the Redis database; 0 unless the URL says otherwise. */
  readonly db: number;
  /** The name under which the Sentinels know the master; empty for the other kinds. */
  readonly master: string;
  /** A text for messages: names this Redis, never its password. */
  readonly description: string;
}

/**
 * The form of a Redis URL. Everything up to the last `@` is credentials, so that an unescaped `@`
 * in a password never puts a part of it into a host name, and so into a message.
 */
const FORM =
  /^redis(?<tls>s?)(?:\+(?<kind>cluster|sentinel))?:\/\/(?:(?<credentials>.*)@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^/?#@]*))?$/s;
const HOST = /^(?<host>\[[\da-f:.]+\]|[^:[\]\s]+)(?::(?<port>\d{1,5}))?$/i;

/**
 * Reads a URL of one of the forms `redis://[user:password@]host:port[/db]`,
 * `redis+cluster://[user:password@]host:port,host:port` and
 * `redis+sentinel://[user:password@]host:port,host:port/master-name`; `rediss` in place of `redis`
 * means TLS.
 *
 * @throws Error in one sentence for any other URL
 */
export function parseRedisUrl(url: string): RedisTarget {
  const parts = FORM.exec(url)?.groups;
  const kind = parts?.kind === 'cluster' || parts?.kind === 'sentinel' ? parts.kind : 'single';
  const path = parts?.path ?? '';
  const addresses = (parts?.hosts ?? '')
    .split(',')
    .map((text) => parseAddress(text, kind === 'sentinel' ? 26_379 : 6_379));
  const known = addresses.filter((address) => address !== null);
  if (!parts || known.length < addresses.length || !fits(kind, known.length, path))
    throw new Error(`REDIS_URL is ${JSON.stringify(withoutCredentials(url))}: ${FORMS}`);

  const { credentials } = parts;
  const colon = credentials?.indexOf(':') ?? -1;
  const [username, password] =
    credentials === undefined || colon < 0
      ? [credentials, undefined]
      : [credentials.slice(0, colon), credentials.slice(colon + 1)];
  const places = known.map(({ host, port }) => `${host}:${port}`).join(', ');
  const description = {
    single: `Redis at ${places}${path === '' ? '' : `/${path}`}`,
    cluster: `Redis Cluster at ${places}`,
    sentinel: `Redis "${path}" by Sentinel at ${places}`,
  };
  return {
    kind,
    addresses: known,
    tls: parts.tls === 's',
    username: username ? decoded(username) : undefined,
    password: password ? decoded(password) : undefined,
    db: kind === 'single' ? Number(path) : 0,
    master: kind === 'sentinel' ? decoded(path) : '',
    description: description[kind],
  };
}

const FORMS =
  'it must be redis://host:port, redis+cluster://host:port,host:port or redis+sentinel://host:port,host:port/master-name, with user:password@ before the hosts where one is asked for, and rediss for TLS';

/**
 * Whether a path fits a kind: only a single server has numbered databases, and only Sentinels need
 * a master name.
 */
function fits(kind: RedisTarget['kind'], hosts: number, path: string): boolean {
  if (kind === 'single') return hosts === 1 && /^\d{0,5}$/.test(path);
  return kind === 'cluster' ? path === '' : path !== '';
}

function parseAddress(text: string, defaultPort: number): RedisAddress | null {
  const parts = HOST.exec(text)?.groups;
  const port = Number(parts?.port ?? defaultPort);
  return parts && port > 0 && port < 65_536
    ? { host: (parts.host ?? '').replace(/^\[|\]$/g, ''), port }
    : null;
}

function withoutCredentials(url: string): string {
  return url.replace(/^(\w[\w+]*:\/\/)?.*@/s, '$1…@');
}

/** Decodes percent-encoding. A stray `%` stays unchanged: Redis then checks the password. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
