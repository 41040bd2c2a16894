import { type TestRedisDatabase, testRedis } from '@latchkey/test-services';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appTables } from '../../services/app-database.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

let redis: TestRedisDatabase;
let app: TestServer;
beforeAll(async () => {
  redis = await testRedis();
  app = await startApp({
    session: { accessTokenSeconds: 60 },
    variables: { REDIS_URL: redis.url },
  });
}, 60_000);
afterAll(async () => {
  await app.close();
  await redis.drop();
});

it.each([
  ['an act', 'administrator', (sessionId: string) => app.layer.revoke(sessionId, 'administrator')],
  ['time', 'idle_expired', async () => app.clock.advance(app.layer.options.idleSeconds)],
])(
  'with sessions in Redis, the database records why a session ended by %s',
  async (_name, cause, end) => {
    const browser = app.browser();
    await browser.post('/login', { username: 'bob', password: 'password' });
    const [session] = (await app.layer.sessionsOf((await app.users.findAccount('bob'))?.id ?? ''))
      .sessions;
    const sessionId = session?.id ?? '';
    const cookies = browser.cookies();
    await end(sessionId);
    for (const [name, value] of cookies)
      if (name !== 'X-Access-Token') browser.setCookie(name, value);
    expect((await caller(browser).query('account.whySignedOut')).data).toMatchObject({ cause });
    const rows = await appTables(app.database)
      .db.selectFrom('app_session_receipts')
      .select('cause')
      .where('session_id', '=', sessionId)
      .execute();
    expect(rows).toEqual([{ cause }]);
  },
);

it('with sessions in Redis, metrics leave out the count of live sessions', async () => {
  expect(await app.metrics.registry.metrics()).not.toContain('latchkey_sessions_live');
});
