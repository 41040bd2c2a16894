import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { randomSecret, systemClock } from '@latchkey/core';
import { createBrowser } from '@latchkey/core/testing';
import { isTRPCClientError } from '@trpc/client';
import { type ChatClient, createChatClient } from './client.ts';
import { type ChatRouter, startChat } from './server.ts';
import { surroundingsOf } from './surroundings.ts';

/**
 * `npm run example -- websocket-chat`: plays a short chat and prints what happens. Access tokens
 * live for two seconds here.
 */
const chat = await startChat({
  secret: randomSecret(32).toString('base64url'),
  clock: systemClock,
  port: 0,
  options: { accessTokenSeconds: 2 },
});
const origin = `http://localhost:${(chat.server.address() as AddressInfo).port}`;

async function signedIn(username: string, userAgent: string): Promise<ChatClient> {
  const client = createChatClient(
    `${origin}/trpc`,
    surroundingsOf(createBrowser({ origin, clock: systemClock, userAgent })),
  );
  await client.auth.login.mutate({ username, password: 'password' });
  return client;
}

const ada = await signedIn('ada', "Ada's laptop");
const laptop = await signedIn('bob', "Bob's laptop");
const phone = await signedIn('bob', "Bob's telephone");

const ended = new Promise<void>((resolve) => {
  laptop.messages.subscribe(undefined, {
    onStarted: () => console.log("Bob's laptop is subscribed."),
    onData: ({ from, text }) => console.log(`  ${from}: ${text}`),
    onError(error) {
      console.log(
        `Bob's laptop: the subscription has ended (${isTRPCClientError<ChatRouter>(error) ? error.message : error}).`,
      );
      resolve();
    },
  });
});
await wait(200);
await ada.say.mutate('Good evening!');
await wait(2_500);
await ada.say.mutate('Still there? Your access token has expired by now.');
await wait(200);
console.log("Bob ends his laptop's session from his telephone.");
const session = (await phone.sessions.query()).find(
  ({ userAgent }) => userAgent === "Bob's laptop",
);
if (session) await phone.endSession.mutate(session.id);
await ended;
await ada.say.mutate('The laptop does not read this.');
await chat.close();
