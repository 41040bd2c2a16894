import type { AddressInfo } from 'node:net';
import {
  type Browser,
  createBrowser,
  type SettableClock,
  settableClock,
} from '@latchkey/core/testing';
import { isTRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ChatClient, createChatClient } from './client.ts';
import { type ChatRouter, type Message, startChat } from './server.ts';
import { surroundingsOf } from './surroundings.ts';

let clock: SettableClock;
let chat: Awaited<ReturnType<typeof startChat>>;
beforeEach(async () => {
  clock = settableClock();
  chat = await startChat({
    secret: Buffer.from('the secret of these tests, number 4').toString('base64url'),
    clock,
    port: 0,
  });
});
afterEach(() => chat.close());

function newBrowser(userAgent: string): { browser: Browser; client: ChatClient } {
  const origin = `http://localhost:${(chat.server.address() as AddressInfo).port}`;
  const browser = createBrowser({ origin, clock, userAgent });
  return { browser, client: createChatClient(`${origin}/trpc`, surroundingsOf(browser)) };
}

async function signedIn(username: string, userAgent: string) {
  const opened = newBrowser(userAgent);
  await opened.client.auth.login.mutate({ username, password: 'password' });
  return opened;
}

/**
 * Subscribes to the messages of the chat; records the messages and the status with which the
 * subscription ends.
 */
async function listen(client: ChatClient) {
  const heard: Message[] = [];
  const started = Promise.withResolvers<void>();
  const ended = new Promise<number | undefined>((resolve) => {
    client.messages.subscribe(undefined, {
      onStarted: () => started.resolve(),
      onData: (message) => heard.push(message),
      onError(error) {
        started.resolve();
        resolve(isTRPCClientError<ChatRouter>(error) ? error.data?.httpStatus : undefined);
      },
    });
  });
  await started.promise;
  return { heard, ended };
}

it("a chat receives messages past the access token's expiry until another device ends the session", async () => {
  const ada = await signedIn('ada', 'laptop of Ada');
  const laptop = await signedIn('bob', 'laptop');
  const phone = await signedIn('bob', 'telephone');
  const onLaptop = await listen(laptop.client);
  const onPhone = await listen(phone.client);

  await ada.client.say.mutate('Good evening!');
  clock.advance(600);
  expect(laptop.browser.cookies().has('__Host-X-Access-Token')).toBe(false);
  await ada.client.say.mutate('Still there?');
  await expect
    .poll(() => onLaptop.heard.map(({ text }) => text))
    .toEqual(['Good evening!', 'Still there?']);

  const session = (await phone.client.sessions.query()).find(
    ({ userAgent }) => userAgent === 'laptop',
  );
  await phone.client.endSession.mutate(session?.id ?? '');
  expect(await onLaptop.ended).toBe(401);
  await ada.client.say.mutate('The laptop does not recordNotices this.');
  await expect.poll(() => onPhone.heard.length).toBe(3);
  expect(onLaptop.heard).toHaveLength(2);
  await expect(laptop.client.say.mutate('Nor says anything.')).rejects.toMatchObject({
    data: { httpStatus: 401 },
  });
});

it('the WebSocket handshake refreshes an expired access token, and sets its cookies', async () => {
  const { browser, client } = await signedIn('bob', 'laptop');
  clock.advance(600);
  const { heard } = await listen(client);
  expect(browser.cookies().has('__Host-X-Access-Token')).toBe(true);
  await client.say.mutate('Here I am.');
  await expect.poll(() => heard).toEqual([{ from: 'bob', text: 'Here I am.' }]);
});

it('the chat refuses anonymous subscribers, and lets a user end own sessions only', async () => {
  const signedOut = await listen(newBrowser('signed out').client);
  expect(await signedOut.ended).toBe(401);
  const bob = await signedIn('bob', 'laptop');
  const onLaptop = await listen(bob.client);
  const ada = await signedIn('ada', 'laptop of Ada');
  const [own] = await bob.client.sessions.query();
  await ada.client.endSession.mutate(own?.id ?? '');
  await ada.client.say.mutate('Good evening!');
  await expect.poll(() => onLaptop.heard).toHaveLength(1);
});
