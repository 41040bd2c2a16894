import { EventEmitter, on } from 'node:events';
import { initTRPC, tracked } from '@trpc/server';
import { z } from 'zod';
import type { LatchkeyContext } from '../procedures/context.ts';
import { formatError } from '../procedures/errors.ts';
import { latchkeyProcedures } from '../procedures/procedures.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { public: publicPolicy, signedIn, withRole } = latchkeyProcedures<'Admin' | 'User'>();
const resumable = z.object({ lastEventId: z.string().optional() }).prefault({});

/** Subscriptions to a log in memory, and functions with which tests change it. */
export function streamProcedures() {
  const appended = new EventEmitter().setMaxListeners(0);
  const tally = { running: 0, ended: 0 };
  let length = 0;

  async function* follow(lastEventId: string | undefined, signal: AbortSignal) {
    tally.running++;
    try {
      const news = on(appended, 'append', { signal });
      let last = Number(lastEventId ?? length);
      do {
        while (last < length) yield tracked(String(++last), last);
      } while (!(await news.next()).done);
    } finally {
      tally.running--;
      tally.ended++;
    }
  }

  const routes = t.router({
    follow: t.procedure
      .concat(signedIn)
      .input(resumable)
      .subscription(({ ctx, input }) => follow(input.lastEventId, ctx.signal)),
    followAsAdmin: t.procedure
      .concat(withRole('Admin'))
      .input(resumable)
      .subscription(({ ctx, input }) => follow(input.lastEventId, ctx.signal)),
    public: t.procedure
      .concat(publicPolicy)
      .input(resumable)
      .subscription(({ input, signal }) =>
        follow(input.lastEventId, signal ?? new AbortController().signal),
      ),
    /** A subscription that ignores its signal. */
    stubborn: t.procedure.concat(signedIn).subscription(async function* () {
      yield 1;
      await new Promise(() => {});
    }),
  });

  return {
    routes,
    tally,
    append() {
      length++;
      appended.emit('append');
    },
  };
}
