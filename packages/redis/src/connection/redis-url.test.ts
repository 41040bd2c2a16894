import { describe, expect, it } from 'vitest';
import { parseRedisUrl, type RedisTarget } from './redis-url.ts';

const single = {
  kind: 'single',
  tls: false,
  username: undefined,
  password: undefined,
  db: 0,
  master: '',
} as const;

describe('a URL names', () => {
  it.each<[string, RedisTarget]>([
    [
      'redis://localhost',
      {
        ...single,
        addresses: [{ host: 'localhost', port: 6379 }],
        description: 'Redis at localhost:6379',
      },
    ],
    [
      'redis://h:1/',
      { ...single, addresses: [{ host: 'h', port: 1 }], description: 'Redis at h:1' },
    ],
    [
      'redis://[::1]:7',
      { ...single, addresses: [{ host: '::1', port: 7 }], description: 'Redis at ::1:7' },
    ],
    [
      'redis://:pa%40ss@h:1/3',
      {
        ...single,
        password: 'pa@ss',
        db: 3,
        addresses: [{ host: 'h', port: 1 }],
        description: 'Redis at h:1/3',
      },
    ],
    [
      'rediss://me:p@s/s:w%rd@h:1',
      {
        ...single,
        tls: true,
        username: 'me',
        password: 'p@s/s:w%rd',
        addresses: [{ host: 'h', port: 1 }],
        description: 'Redis at h:1',
      },
    ],
    [
      'redis+cluster://me:pw@a:1,b:2',
      {
        ...single,
        kind: 'cluster',
        username: 'me',
        password: 'pw',
        addresses: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
        description: 'Redis Cluster at a:1, b:2',
      },
    ],
    [
      'rediss+sentinel://a,b:2/main',
      {
        ...single,
        kind: 'sentinel',
        tls: true,
        master: 'main',
        addresses: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 2 },
        ],
        description: 'Redis "main" by Sentinel at a:26379, b:2',
      },
    ],
  ])('parses the Redis URL %s', (url, target) => {
    expect(parseRedisUrl(url)).toEqual(target);
  });
});

describe('no form has', () => {
  it.each([
    ['no scheme', 'localhost:6379'],
    ['another scheme', 'http://u:hunter2@h:1'],
    ['no host', 'redis://'],
    ['an impossible port', 'redis://:hunter2@h:99999'],
    ['several hosts without cluster or Sentinel', 'redis://:hunter2@a:1,b:2'],
    ['a database that is no number', 'redis://h:1/main'],
    ['a database on a cluster', 'redis+cluster://:hunter2@a:1/1'],
    ['Sentinels without the name of a master', 'redis+sentinel://u:hunter2@a:1'],
    ['an empty place in the list', 'redis+cluster://a:1,,b:2'],
    ['a query', 'redis://h:1?password=x'],
    ['nothing at all', ''],
    ['credentials without a scheme', 'u:hunter2@h:1'],
  ])('rejects a Redis URL with %s: %s', (_title, url) => {
    expect(() => parseRedisUrl(url)).toThrow(
      /^REDIS_URL is ".*": it must be redis:\/\/host:port, redis\+cluster/,
    );
    expect(() => parseRedisUrl(url)).not.toThrow(/hunter2/);
  });
});
