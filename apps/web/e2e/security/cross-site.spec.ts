import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { startForeignServer } from '../support/foreign-page.ts';

/** Sends cross-origin requests without a preflight: each tries to end the victim's session. */
async function attack(page: Page, target: string): Promise<{ readable: string[] }> {
  return page.evaluate(async (origin) => {
    const readable: string[] = [];
    const sink = document.querySelector('iframe') as HTMLIFrameElement;
    const paths = ['/logout', '/refresh', '/trpc/auth.logout'];
    for (const path of paths) {
      for (const enctype of [
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'text/plain',
      ]) {
        const form = document.createElement('form');
        Object.assign(form, { action: origin + path, method: 'POST', enctype, target: 'sink' });
        form.innerHTML = '<input name=\'{"a":"\' value=\'"}\'>';
        document.body.append(form);
        const answered = new Promise((resolve) =>
          sink.addEventListener('load', resolve, { once: true }),
        );
        form.submit();
        await answered;
      }
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json'])
        for (const mode of ['no-cors', 'cors'] as const) {
          const headers =
            mode === 'cors' || type !== 'application/json' ? { 'content-type': type } : {};
          const reply = await fetch(origin + path, {
            method: 'POST',
            mode,
            credentials: 'include',
            headers,
            body: '{}',
          }).catch(() => null);
          if (reply && reply.type !== 'opaque')
            readable.push(`${mode} ${type} ${path} ${reply.status}`);
        }
      navigator.sendBeacon(origin + path, new Blob(['{}'], { type: 'text/plain' }));
      const image = new Image();
      image.src = origin + path;
      await image.decode().catch(() => {});
    }
    for (const path of ['/dashboard', '/trpc/auth.session', '/trpc/dashboard']) {
      const reply = await fetch(origin + path, { credentials: 'include' }).catch(() => null);
      if (reply) readable.push(`read ${path} ${reply.status}`);
    }
    return { readable };
  }, target);
}

const statusOf = (page: Page, path: string, init?: RequestInit) =>
  page.evaluate(
    async ([to, options]) => (await fetch(to as string, options as RequestInit)).status,
    [path, init],
  );

for (const sameSite of ['strict', 'none'])
  test.describe(`attacks from other origins with SameSite=${sameSite} cookies`, () => {
    test.use({ serverSettings: { variables: () => ({ COOKIE_SAME_SITE: sameSite }) } });

    for (const host of ['127.0.0.1', 'localhost'])
      test(`a page on ${host === 'localhost' ? 'another port' : 'another site'} cannot end the session or read a response`, async ({
        page,
        context,
        server,
        traffic,
      }) => {
        const foreign = await startForeignServer();
        const foreignOrigin = `http://${host}:${foreign.port}`;
        traffic.expectOrigin(foreignOrigin);
        // Expects console errors, because the browser logs requests that it or the server refuses.
        traffic.expectConsole(/./);
        await page.goto('/sign-in');
        await page.getByLabel('Username').fill('bob');
        await page.getByLabel('Password', { exact: true }).fill('password');
        await page.getByLabel('Password', { exact: true }).press('Enter');
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
        const before = (await context.cookies(server.origin)).find(
          ({ name }) => name === 'X-Refresh-Token',
        );

        const attacker = await context.newPage();
        await attacker.goto(foreignOrigin);
        expect((await attack(attacker, server.origin)).readable).toEqual([]);

        const after = (await context.cookies(server.origin)).find(
          ({ name }) => name === 'X-Refresh-Token',
        );
        expect(after?.value).toBe(before?.value);
        expect(await statusOf(page, '/dashboard')).toBe(200);
        /**
         * The same JSON from a page of the app does end the session, so the attack had a valid
         * target.
         */
        await page.getByRole('button', { name: /^Account of/ }).click();
        await page.getByRole('button', { name: 'Sign out', exact: true }).click();
        await expect(page.getByLabel('Username')).toBeVisible();
        expect(await statusOf(page, '/dashboard')).toBe(401);
        await foreign.close();
      });
  });
