import {
  type TestDatabase,
  type TestRedisDatabase,
  testDatabase,
  testRedis,
} from '@latchkey/test-services';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processFixture, signIn } from '../testing/process-fixture.ts';
import { startUp } from './start-up.ts';

const { start } = processFixture();
const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 3').toString('base64url');

let postgres: TestDatabase;
let redis: TestRedisDatabase;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([testDatabase(), testRedis()]);
});
afterAll(async () => {
  await postgres.drop();
  await redis.drop();
});

const settings = (variables: Record<string, string> = {}) => ({
  DATABASE_URL: postgres.url,
  LATCHKEY_SECRET,
  ...variables,
});

it('the start output names Redis for sessions, which are not in the database', async () => {
  const server = await start(settings({ REDIS_URL: redis.url, LOG_LEVEL: 'info' }));
  expect((await signIn(server.browser())).status).toBe(200);
  expect(server.output()).toMatch(
    /"store":"Redis at 127\.0\.0\.1:\S+ for sessions, PostgreSQL at 127\.0\.0\.1:\d+\/\w+ for the rest"/,
  );
  expect(server.output()).toMatch(/Store +Redis at/);
  const client = new Client(postgres.url);
  await client.connect();
  const { rows } = await client.query('select count(*)::int as n from latchkey_sessions');
  await client.end();
  expect(rows).toEqual([{ n: 0 }]);
});

it('refuses to start in one sentence when Redis does not answer', async () => {
  const told = await startUp([], () => settings({ REDIS_URL: 'redis://:hunter2@127.0.0.1:1' }));
  expect(told).toMatch(
    /^Redis at 127\.0\.0\.1:1 cannot be reached \(.*\): start it, or correct REDIS_URL/,
  );
  expect(told).not.toContain('hunter2');
});
