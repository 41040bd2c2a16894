import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { testDatabase, testRedis } from './shared.ts';

const query = async (url: string, text: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client.query(text).finally(() => client.end());
};

it('testDatabase gives an empty PostgreSQL database to each caller', async () => {
  const [first, second] = await Promise.all([testDatabase(), testDatabase()]);
  await query(first.url, 'create table notes (id int)');
  await expect(query(second.url, 'select * from notes')).rejects.toThrow(
    /relation "notes" does not exist/,
  );
  await Promise.all([first.drop(), second.drop()]);
});

it('a PostgreSQL database with open connections can be removed', async () => {
  const database = await testDatabase();
  const client = new Client({ connectionString: database.url });
  const ended = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  await database.drop();
  await ended;
  await expect(query(database.url, 'select 1')).rejects.toThrow(/does not exist/);
});

it('testRedis gives an empty Redis database to each caller', async () => {
  const [first, second] = await Promise.all([testRedis(), testRedis()]);
  const [one, other] = [new Redis(first.url), new Redis(second.url)];
  await one.set('note', 'mine');
  expect(await other.get('note')).toBeNull();
  await first.drop();
  expect(await one.get('note')).toBeNull();
  one.disconnect();
  other.disconnect();
});
