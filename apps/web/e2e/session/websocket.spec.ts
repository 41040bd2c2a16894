import type { Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, signIn, test } from '../support/fixtures.ts';

/** Opens a WebSocket from the page, sends one query, and resolves with the response. */
function askOverWebSocket(page: Page, path: string): Promise<unknown> {
  return page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/trpc`);
        socket.addEventListener('open', () =>
          socket.send(JSON.stringify({ id: 1, method: 'query', params: { path: name } })),
        );
        socket.addEventListener('error', () => reject(new Error('the handshake was refused')));
        socket.addEventListener('message', ({ data }) => {
          socket.close();
          resolve(JSON.parse(data).result?.data);
        });
      }),
    path,
  );
}

test('the handshake of a WebSocket refreshes an expired access token, and the browser keeps its cookies', async ({
  page,
  context,
  server,
  time,
}) => {
  await signIn(page, 'bob');
  // Blocks the app's code, so that the app cannot refresh.
  await page.route('**/*.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: '' }),
  );
  await page.goto('/no/such/page');
  const cookies = async () =>
    new Map((await context.cookies()).map(({ name, value }) => [name, value]));
  const before = await cookies();
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  expect([...(await cookies()).keys()].sort()).toEqual([
    'X-Device',
    'X-Refresh-Token',
    'X-Username',
  ]);

  expect(await askOverWebSocket(page, 'dashboard')).toBe('Hello User!');
  const after = await cookies();
  expect([...after.keys()].sort()).toEqual([
    'X-Access-Token',
    'X-Device',
    'X-Refresh-Token',
    'X-Username',
  ]);
  expect(after.get('X-Refresh-Token')).not.toBe(before.get('X-Refresh-Token'));
  for (const cookie of await context.cookies())
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });

  await page.goto(`${server.origin}/dashboard`);
  await expect(page.locator('body')).toContainText('Hello User!');
});

test('a page of the app may open a WebSocket', async ({ page }) => {
  await signIn(page);
  expect(await askOverWebSocket(page, 'adminOnly')).toBe('Hello Admin!');
});
