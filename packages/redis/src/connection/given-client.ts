import type { Cluster, Redis } from 'ioredis';
import type { RedisClient } from './connect.ts';
import type { RedisTarget } from './redis-url.ts';

/** What is used of a client of ioredis, of any copy of the package. */
export interface IoredisClient {
  readonly isCluster: boolean;
  duplicate(...given: never[]): unknown;
  disconnect(): void;
}

const INSTEAD = 'Pass a URL, or a Redis or Cluster of ioredis';

type Parts = Readonly<Record<string, unknown>>;
const has = (given: Parts, ...methods: readonly string[]) =>
  methods.every((method) => typeof given[method] === 'function');

/**
 * Checks that an object is a client of ioredis.
 *
 * @throws TypeError in one sentence for anything else
 */
export function givenClient(given: unknown): RedisClient {
  const parts = (Object(given) === given ? given : {}) as Parts;
  if (has(parts, 'duplicate', 'disconnect', 'evalsha', 'xrange')) return given as RedisClient;
  if (has(parts, 'sendCommand', 'duplicate') || has(parts, 'xRange'))
    throw new TypeError(
      'The Redis is a client of node-redis. Pass its URL, or a client of ioredis.',
    );
  if (has(parts, 'then')) throw new TypeError('The Redis is a promise. Await it first.');
  const what =
    given === null || given === undefined
      ? String(given)
      : typeof given === 'object'
        ? `an object of another kind (${given.constructor?.name ?? 'without a class'})`
        : `a ${typeof given}`;
  throw new TypeError(`The Redis is ${what}. ${INSTEAD}.`);
}

/** Describes where a client of ioredis leads, for messages. */
export function targetOf(source: IoredisClient): RedisTarget {
  const given = source as RedisClient;
  if (given.isCluster) {
    const { redisOptions = {} } = (given as Cluster).options;
    return {
      ...NOWHERE,
      kind: 'cluster',
      username: redisOptions.username ?? undefined,
      password: redisOptions.password ?? undefined,
      description: 'Redis Cluster of the given client',
    };
  }
  const { options } = given as Redis;
  const { host, port, path, name, sentinels, db = 0 } = options;
  const place = path ?? `${host}:${port}${db === 0 ? '' : `/${db}`}`;
  return {
    ...NOWHERE,
    username: options.username ?? undefined,
    password: options.password ?? undefined,
    description: sentinels ? `Redis "${name}" by Sentinel` : `Redis at ${place}`,
  };
}

const NOWHERE: RedisTarget = {
  kind: 'single',
  addresses: [],
  tls: false,
  username: undefined,
  password: undefined,
  db: 0,
  master: '',
  description: '',
};
