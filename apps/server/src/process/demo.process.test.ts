import { expect, it } from 'vitest';
import { processFixture, signIn } from '../testing/process-fixture.ts';
import type { ServerProcess } from '../testing/start-process.ts';

const { start } = processFixture();
const OPEN = { HOST: '0.0.0.0' };

async function statusesOf(server: ServerProcess): Promise<number[]> {
  const open = await Promise.all(
    ['/metrics', '/__inspector/events'].map((path) =>
      fetch(`${server.origin}${path}`, { method: 'HEAD' }),
    ),
  );
  return [(await signIn(server.browser())).status, ...open.map(({ status }) => status)];
}
const accountsIn = (server: ServerProcess) => server.output().match(/^ {2}Accounts .*$/gm);

it('on a public HOST, a development server has no demo accounts, inspector or open metrics (D7)', async () => {
  const server = await start(OPEN);
  expect(await statusesOf(server)).toEqual([401, 404, 404]);
  await expect
    .poll(() => accountsIn(server))
    .toEqual([
      '  Accounts       no demo accounts, because HOST is 0.0.0.0: npm start -- --demo creates them, npm run cli -- users create creates others',
    ]);
});

it('on a public HOST, --demo creates the demo accounts (D7)', async () => {
  const server = await start(OPEN, { parameters: ['--demo'] });
  expect((await statusesOf(server)).slice(0, 2)).toEqual([200, 200]);
});

it('on a public HOST, a server warns about existing demo accounts and keeps them (D7)', async () => {
  const first = await start();
  expect((await signIn(first.browser())).status).toBe(200);
  await first.kill('SIGTERM');
  const second = await start(OPEN);
  expect(await statusesOf(second)).toEqual([200, 404, 404]);
  await expect
    .poll(() => accountsIn(second))
    .toEqual([
      expect.stringContaining(
        'demo accounts of an earlier start (admin, bob), and HOST is 0.0.0.0',
      ),
    ]);
});
