import { startRedis, type TestRedis } from '@latchkey/test-services';
import { freePort } from '@latchkey/test-services/free-port';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis } from './open-redis.ts';

const started: TestRedis[] = [];
const withConfig = async (...config: string[]) => {
  const server = await startRedis({ config });
  started.push(server);
  return server;
};
afterAll(() => Promise.all(started.map((server) => server.stop())));

/** Returns the message with which opening a Redis fails. */
const sentence = (url: string) =>
  openRedis(url).then(
    async (redis) => {
      await redis.close();
      throw new Error('it opened');
    },
    (error: Error) => {
      expect(error.message).not.toMatch(/hunter2/);
      expect(error.cause).toBeUndefined();
      return error.message;
    },
  );

let plain: TestRedis;
beforeAll(async () => {
  plain = await withConfig();
});

describe('openRedis rejects with one sentence that names the fault and the fix', () => {
  it('openRedis rejects an address where no server listens', async () => {
    const port = await freePort();
    for (const url of [
      `redis://:hunter2@127.0.0.1:${port}`,
      `redis+cluster://:hunter2@127.0.0.1:${port}`,
      `redis+sentinel://:hunter2@127.0.0.1:${port}/main`,
    ])
      expect(await sentence(url)).toMatch(
        /^Redis .*127\.0\.0\.1:\d+ cannot be reached \(.*ECONNREFUSED.*\): start it, or correct REDIS_URL \(rediss in place of redis means TLS\)\.$/,
      );
  });

  it('openRedis rejects a host without an address', async () => {
    expect(await sentence('redis://unknown.invalid:6379')).toMatch(
      /cannot be reached \(.*unknown\.invalid.*\): start it/,
    );
    expect(await sentence('redis+cluster://unknown.invalid:6379')).toMatch(
      /cannot be reached \(.*unknown\.invalid.*\): start it/,
    );
  });

  it('openRedis rejects a server that accepts connections and never answers', async () => {
    const server = await withConfig();
    server.freeze();
    expect(await sentence(server.url)).toMatch(/cannot be reached \(.*\): start it/);
    server.thaw();
  });

  it('openRedis rejects a wrong or missing password, on a server and in a cluster', async () => {
    const { port } = await withConfig('requirepass secret');
    for (const url of [
      `redis://:hunter2@127.0.0.1:${port}`,
      `redis://127.0.0.1:${port}`,
      `redis+cluster://me:hunter2@127.0.0.1:${port}`,
    ])
      expect(await sentence(url)).toMatch(
        /refuses the user name or password: put the right ones, percent-encoded, into REDIS_URL\.$/,
      );
  });

  it('openRedis rejects a user that may not run scripts or may not write our keys', async () => {
    const { port } = await withConfig(
      'user mute on >hunter2 ~* &* +@all -@scripting',
      'user elsewhere on >hunter2 ~other:* &* +@all',
    );
    for (const user of ['mute', 'elsewhere'])
      expect(await sentence(`redis://${user}:hunter2@127.0.0.1:${port}`)).toMatch(
        /forbids this user to run scripts .* give them, with ACL SETUSER, \+@all/,
      );
  });

  it('openRedis rejects a server whose script commands are renamed', async () => {
    const { url } = await withConfig('rename-command EVAL ""');
    expect(await sentence(url)).toMatch(/does not know EVAL: allow Lua scripts/);
  });

  it('openRedis rejects a server whose memory is full', async () => {
    const { url } = await withConfig('maxmemory 1');
    expect(await sentence(url)).toMatch(/is out of memory: raise its maxmemory, or free some\.$/);
  });

  it('openRedis rejects a read-only replica', async () => {
    const { url } = await withConfig(`replicaof 127.0.0.1 ${plain.port}`);
    expect(await sentence(url)).toMatch(/is a read-only replica: name its master in REDIS_URL/);
  });

  it('openRedis rejects a cluster URL for a single server, and an unknown database number', async () => {
    expect(await sentence(`redis+cluster://127.0.0.1:${plain.port}`)).toMatch(
      /is not a cluster: begin REDIS_URL with redis:\/\/ instead\.$/,
    );
    expect(await sentence(`${plain.url}/99`)).toMatch(/has no database with this number/);
  });

  it('openRedis rejects a master name that the Sentinels do not know', async () => {
    const sentinel = await startRedis({ sentinel: true });
    started.push(sentinel);
    expect(await sentence(`redis+sentinel://127.0.0.1:${sentinel.port}/unknown`)).toMatch(
      /has no master with this name/,
    );
  });
});

describe('an open Redis', () => {
  it('an open Redis describes itself without the password, checks itself, and leaves no key', async () => {
    const { port } = await withConfig('requirepass hunter2');
    const redis = await openRedis(`redis://:hunter2@127.0.0.1:${port}/2`);
    expect([redis.description, redis.warnings]).toEqual([`Redis at 127.0.0.1:${port}/2`, []]);
    await redis.check();
    await redis.close();
  });

  it('warns of an eviction policy that drops sessions, but not of noeviction', async () => {
    const { url } = await withConfig('maxmemory 100mb', 'maxmemory-policy volatile-lru');
    const redis = await openRedis(url);
    expect(redis.warnings).toEqual([
      expect.stringMatching(
        /maxmemory-policy volatile-lru.*signs people out at random: set maxmemory-policy noeviction\.$/,
      ),
    ]);
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
    const again = await openRedis(url);
    expect(again.warnings).toEqual([]);
    await Promise.all([redis.close(), again.close()]);
  });

  it('does not warn of an eviction policy if INFO is forbidden', async () => {
    const { port } = await withConfig(
      'maxmemory 100mb',
      'maxmemory-policy allkeys-lru',
      'user app on >pw ~latchkey:* &* +@all -info',
    );
    const redis = await openRedis(`redis://app:pw@127.0.0.1:${port}`);
    expect(redis.warnings).toEqual([]);
    await redis.close();
  });

  it('uses the Redis database that the URL names', async () => {
    const redis = await openRedis(`${plain.url}/5`);
    await redis.client.set('here', '1');
    const other = new Redis({ port: plain.port, host: '127.0.0.1', db: 5 });
    expect(await other.get('here')).toBe('1');
    other.disconnect();
    await redis.close();
  });
});
