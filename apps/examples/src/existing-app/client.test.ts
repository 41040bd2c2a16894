import type { AddressInfo } from 'node:net';
import { createBrowser, settableClock } from '@latchkey/core/testing';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, it, vi } from 'vitest';
import { App, createClients } from './after/client.tsx';
import { createApp } from './after/server.ts';
import { openClub } from './club.ts';

afterEach(() => void vi.unstubAllGlobals());

it('the client shows the sign-in form, then the board even after the token expires, then the form', async () => {
  const clock = settableClock();
  const club = openClub(':memory:');
  await club.addMember('bob@example.com', 'correct horse');
  club.post('Seeds to give away', 'bob@example.com');
  const app = await createApp({
    club,
    secret: Buffer.from('the secret of these tests, number 3').toString('base64url'),
    sessions: 'memory:',
    now: clock.now,
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  vi.stubGlobal('fetch', createBrowser({ origin, clock, fetch: globalThis.fetch }).fetch);

  const clients = createClients(`${origin}/trpc`);
  const { client, queryClient, latchkey } = clients;
  const page = () => renderToString(createElement(App, { clients }));
  const ask = async () =>
    queryClient.setQueryData(
      latchkey.sessionKey,
      await latchkey.fetchSession(AbortSignal.timeout(5_000)),
    );

  expect(page()).toContain('One moment');
  await ask();
  expect(page()).toContain('E-mail address');
  await client.auth.login.mutate({ username: 'bob@example.com', password: 'correct horse' });
  await ask();
  expect(page()).toContain('Sign out');
  clock.advance(600);
  expect(await client.post.mutate({ text: 'Still here' })).toBe(2);
  await client.auth.logout.mutate();
  latchkey.control.signedOut();
  expect(page()).toContain('E-mail address');
  server.close();
});
