import type { AddressInfo } from 'node:net';
import { createSessionLayer, deriveKeyRing, memorySessionStore } from '@latchkey/core';
import { type SettableClock, settableClock } from '@latchkey/core/testing';
import {
  authRouter,
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
  responseMeta,
} from '@latchkey/trpc';
import { createTRPCClient, httpLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nativeFetch, type Tokens } from './native-fetch.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const ada = { id: '7', username: 'Ada Łł', role: 'User', tokenVersion: 0, disabled: false };
const router = t.router({
  auth: authRouter({
    checkPassword: async (_name, password) => (password === 'right' ? ada : null),
  }),
  mine: t.procedure
    .concat(latchkeyProcedures().signedIn)
    .query(({ ctx }) => ctx.principal.username),
});

let clock: SettableClock;
let origin: string;
let close: () => void;
beforeEach(async () => {
  clock = settableClock();
  const layer = createSessionLayer({
    ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
    store: memorySessionStore(),
    users: { findUser: async () => ada },
    clock,
  });
  const createContext = createLatchkeyContext;
  const app = express().use(
    '/trpc',
    latchkey({ layer, headerTransfer: true }),
    createExpressMiddleware({ router, createContext, responseMeta }),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterEach(() => close());

function device() {
  let kept: Partial<Tokens> = {};
  const safe = {
    load: async () => kept,
    save: async (tokens: Partial<Tokens>) => {
      kept = tokens;
    },
  };
  const send = nativeFetch(origin, safe);
  const links = [httpLink({ url: `${origin}/trpc`, fetch: send })];
  return { send, kept: () => kept, client: createTRPCClient<typeof router>({ links }) };
}

it('signs in, goes on past the access token, and signs out, without a cookie (P7)', async () => {
  const { client, kept } = device();
  const credentials = { username: 'ada', password: 'right' };
  expect(await client.auth.login.mutate(credentials)).toEqual({ message: 'Logged in via Headers' });
  expect(await client.mine.query()).toBe('Ada Łł');
  const first = kept();
  clock.advance(601);
  expect(await client.mine.query()).toBe('Ada Łł');
  expect(kept().refreshToken).not.toBe(first.refreshToken);
  expect((await client.auth.session.query()).cookies).toEqual([]);
  await client.auth.logout.mutate();
  expect(kept()).toEqual({ accessToken: '', refreshToken: '', username: '' });
  await expect(client.mine.query()).rejects.toMatchObject({ data: { reason: 'no_credentials' } });
});

it('sends the tokens to no other origin', async () => {
  const { client, send } = device();
  await client.auth.login.mutate({ username: 'ada', password: 'right' });
  await expect(send('http://127.0.0.1:9/steal')).rejects.toThrow('http://127.0.0.1:9 is not http');
});
