import type { SessionLayer } from '@latchkey/core';
import {
  createLatchkeyContext,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
} from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import { z } from 'zod';

const t = initTRPC.context<LatchkeyContext>().create();
const noteProcedure = t.procedure.concat(latchkeyProcedures<'Writer' | 'Editor'>().signedIn);

/** Creates the router of an app that keeps the notes of all users, by user id. */
export const createNotesRouter = (notes = new Map<string, string[]>()) =>
  t.router({
    add: noteProcedure
      .input(z.string().min(1))
      .mutation(
        ({ ctx, input }) =>
          notes.set(ctx.principal.userId, [...(notes.get(ctx.principal.userId) ?? []), input]).size,
      ),
    mine: noteProcedure.query(({ ctx }) => notes.get(ctx.principal.userId) ?? []),
  });

export type NotesRouter = ReturnType<typeof createNotesRouter>;

/**
 * Creates the app under test. It takes its session layer as an argument, so that a test controls
 * the clock and the store.
 */
export function createNotesApp(layer: SessionLayer): Express {
  const app = express();
  app.get('/', (_request, response) => {
    response.send(`<!doctype html><title>Notes</title><p role="status"></p><script type="module">
      const ask = async () => { document.querySelector('p').textContent = (await fetch('/trpc/mine')).status; };
      addEventListener('focus', ask);
      await ask();
    </script>`);
  });
  return app.use(
    '/trpc',
    latchkey({ layer }),
    createExpressMiddleware({ router: createNotesRouter(), createContext: createLatchkeyContext }),
  );
}
