import { EventEmitter, on } from 'node:events';
import type { Server } from 'node:http';
import {
  type Clock,
  createSessionLayer,
  deriveKeyRing,
  memoryRevocationFeed,
  memorySessionStore,
  type SessionOptionsInput,
} from '@latchkey/core';
import {
  authRouter,
  createLatchkeyContext,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
} from '@latchkey/trpc';
import { latchkeyWebSocket, streamRegistry } from '@latchkey/trpc/streams';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { z } from 'zod';

export interface Message {
  readonly from: string;
  readonly text: string;
}

/** The users of the example: each has the password "password". */
const people = ['ada', 'bob'].map((username) => ({
  id: `id-of-${username}`,
  username,
  role: 'User',
  tokenVersion: 0,
  disabled: false,
}));
const findUser = async (id: string) => people.find((person) => person.id === id) ?? null;

const t = initTRPC.context<LatchkeyContext>().create();
const protectedProcedure = t.procedure.concat(latchkeyProcedures<'User'>().signedIn);

/**
 * Yields the messages. No message is lost between the start of a subscription and its first value,
 * because `on` listens from the start.
 */
async function* messagesOf(news: AsyncIterable<Message[]>): AsyncGenerator<Message> {
  for await (const said of news) yield* said;
}

function chatRouter(layer: ReturnType<typeof createSessionLayer>) {
  const room = new EventEmitter().setMaxListeners(0);
  return t.router({
    auth: authRouter({
      checkPassword: async (username, password) =>
        password === 'password' ? findUser(`id-of-${username}`) : null,
    }),

    say: protectedProcedure.input(z.string().min(1).max(500)).mutation(({ ctx, input: text }) => {
      room.emit('message', { from: ctx.principal.username, text } satisfies Message);
    }),

    /**
     * Streams new messages. `ctx.signal` aborts when the client disconnects or its session ends,
     * which ends the loop.
     */
    messages: protectedProcedure.subscription(({ ctx }) =>
      messagesOf(on(room, 'message', { signal: ctx.signal })),
    ),

    /** Lists the caller's sessions, so that a user can end one of them from another device. */
    sessions: protectedProcedure.query(async ({ ctx }) => {
      const { sessions } = await layer.sessionsOf(ctx.principal.userId);
      return sessions.map(({ id, userAgent }) => ({
        id,
        userAgent,
        isThisOne: id === ctx.principal.sessionId,
      }));
    }),
    endSession: protectedProcedure.input(z.string()).mutation(async ({ ctx, input: id }) => {
      if (await layer.sessionOf(ctx.principal.userId, id))
        await layer.revoke(id, 'signed_out', ctx.actor);
    }),
  });
}

export type ChatRouter = ReturnType<typeof chatRouter>;

export interface ChatOptions {
  readonly secret: string;
  readonly clock: Clock;
  readonly port: number;
  readonly options?: SessionOptionsInput;
}

/**
 * Starts the chat in one process, with sessions and revocations in memory. For several processes,
 * use the store and the feed of `@latchkey/sql` or `@latchkey/redis`; nothing else changes.
 */
export async function startChat({ secret, clock, port, options = {} }: ChatOptions) {
  const feed = memoryRevocationFeed(clock);
  const layer = createSessionLayer({
    options,
    ring: deriveKeyRing([secret]),
    store: memorySessionStore(),
    users: { findUser },
    clock,
    feed,
  });
  await layer.start();

  const streams = streamRegistry({ maxStreamsPerUser: 20 });
  const session = latchkey({ layer, streams });
  const router = chatRouter(layer);
  const app = express();
  app.use(
    '/trpc',
    session,
    createExpressMiddleware({ router, createContext: createLatchkeyContext }),
  );
  const server: Server = app.listen(port, '127.0.0.1');
  latchkeyWebSocket({
    server,
    path: '/trpc',
    through: session,
    router,
    createContext: createLatchkeyContext,
  });
  await new Promise((resolve) => server.once('listening', resolve));

  return {
    server,
    streams,
    async close(): Promise<void> {
      streams.stop();
      await layer.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
