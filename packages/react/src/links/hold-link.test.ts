import { createTRPCUntypedClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { describe, expect, it, vi } from 'vitest';
import { createHeldCalls } from './held-calls.ts';
import { holdLink } from './hold-link.ts';

const refusal = (httpStatus: number, reason: string, latchkey = true) =>
  TRPCClientError.from<AnyTRPCRouter>({
    error: { code: -32001, message: reason, data: { httpStatus, reason, latchkey } },
  } as never);
const OVER = refusal(401, 'session_revoked');

/** Creates a client whose server gives the listed answers first, and then the path of each call. */
function client(answers: (TRPCClientError<AnyTRPCRouter> | 'ok')[]) {
  const received: string[] = [];
  const held = createHeldCalls();
  const onSessionOver = vi.fn();
  let person: string | null = 'ann';
  const becomes = (next: string | null) => {
    person = next;
  };
  const server: TRPCLink<AnyTRPCRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        received.push(op.path);
        const answer = answers.shift() ?? 'ok';
        queueMicrotask(() => {
          if (answer !== 'ok') return observer.error(answer);
          observer.next({ result: { type: 'data', data: op.path } });
          observer.complete();
        });
      });
  const api = createTRPCUntypedClient<AnyTRPCRouter>({
    links: [
      holdLink({ held, sessionPath: 'auth.session', person: () => person, onSessionOver }),
      server,
    ],
  });
  return { api, held, onSessionOver, received, becomes };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a call refused because the session is over', () => {
  it('holds a call that was refused because the session is over, and sends it for the same user', async () => {
    const { api, held, onSessionOver, received } = client([OVER]);
    const answer = api.mutation('note.save');
    await settled();
    expect([held.size, onSessionOver.mock.calls.length]).toEqual([1, 1]);
    await held.settle('ann');
    expect(await answer).toBe('note.save');
    expect(received).toEqual(['note.save', 'note.save']);
  });

  it('does not hold a call a second time', async () => {
    const { api, held, received, onSessionOver } = client([OVER, OVER]);
    const answer = api.mutation('note.save');
    await settled();
    await Promise.all([held.settle('ann'), expect(answer).rejects.toBe(OVER)]);
    expect([received.length, held.size, onSessionOver.mock.calls.length]).toEqual([2, 0, 1]);
  });

  it('refuses a held call when another user signs in', async () => {
    const { api, held, received } = client([OVER]);
    const answer = api.mutation('note.save');
    await settled();
    await Promise.all([held.settle('bob'), expect(answer).rejects.toBe(OVER)]);
    expect(received).toEqual(['note.save']);
  });

  it('does not hold a refused call if the page belongs to another user by then', async () => {
    const { api, held, becomes } = client([OVER]);
    const answer = api.mutation('note.save');
    becomes('bob');
    await expect(answer).rejects.toBe(OVER);
    expect(held.size).toBe(0);
  });

  it('neither holds a call nor queries the session on a public page', async () => {
    const { api, becomes, onSessionOver } = client([OVER]);
    becomes(null);
    await expect(api.query('note.list')).rejects.toBe(OVER);
    expect(onSessionOver).not.toHaveBeenCalled();
  });

  it('drops a held call when its caller aborts', async () => {
    const { api, held, received } = client([OVER]);
    const caller = new AbortController();
    const answer = api.query('note.list', undefined, { signal: caller.signal });
    await settled();
    caller.abort();
    await expect(answer).rejects.toThrow();
    await held.settle('ann');
    expect(received).toEqual(['note.list']);
  });
});

it.each([
  ['a wrong password', 'auth.login', refusal(401, 'invalid_credentials', false)],
  [
    "an app's own 401 (E1)",
    'charge',
    TRPCClientError.from({
      error: { code: -32001, message: 'key refused', data: { httpStatus: 401 } },
    } as never),
  ],
  ['a refusal that a procedure passes on (E5)', 'charge', refusal(401, 'session_revoked', false)],
  ['a missing role', 'admin.users', refusal(403, 'role_required')],
  ['a refused query of the session', 'auth.session', OVER],
])('passes on %s at once, without a query of the session', async (_name, path, error) => {
  const { api, held, onSessionOver } = client([error]);
  await expect(api.mutation(path)).rejects.toBe(error);
  expect([held.size, onSessionOver.mock.calls.length]).toEqual([0, 0]);
});
