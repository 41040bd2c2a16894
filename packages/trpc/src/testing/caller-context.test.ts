import { createSessionLayer, deriveKeyRing, memorySessionStore, type User } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { initTRPC } from '@trpc/server';
import { beforeEach, expect, it } from 'vitest';
import { type LatchkeyContext, latchkeyProcedures } from '../index.ts';
import { callerContext } from './index.ts';

const zoe: User = { id: '7', username: 'zoë', role: 'Admin', tokenVersion: 0, disabled: false };
const t = initTRPC.context<LatchkeyContext>().create();
const {
  public: publicPolicy,
  signedIn,
  withRevalidatedRole,
  recentlyAuthenticated,
} = latchkeyProcedures<'Admin' | 'Owner'>();
const router = t.router({
  hello: t.procedure.concat(publicPolicy).query(({ ctx }) => ctx.principal?.username ?? 'stranger'),
  mine: t.procedure.concat(signedIn).query(({ ctx }) => ctx.principal.username),
  users: t.procedure.concat(withRevalidatedRole('Admin')).query(({ ctx }) => ctx.principal.role),
  owners: t.procedure.concat(withRevalidatedRole('Owner')).query(() => 'never'),
  close: t.procedure.concat(recentlyAuthenticated(60)).mutation(() => 'closed'),
});

let user: User;
const clock = settableClock();
const options = () => ({
  ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
  store: memorySessionStore(),
  users: { findUser: async () => user },
  clock,
});
let layer: ReturnType<typeof createSessionLayer>;
beforeEach(() => {
  user = zoe;
  layer = createSessionLayer(options());
});

it('callerContext calls procedures as a user without a server', async () => {
  const caller = router.createCaller(
    await callerContext({ layer, user: zoe, cookies: { hostPrefix: true } }),
  );
  expect(await Promise.all([caller.hello(), caller.mine(), caller.users()])).toEqual([
    'zoë',
    'zoë',
    'Admin',
  ]);
  await expect(caller.owners()).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('callerContext without a user calls public procedures, and no others', async () => {
  const caller = router.createCaller(await callerContext({ layer, user: null }));
  expect(await caller.hello()).toBe('stranger');
  await expect(caller.mine()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

it('callerContext shows changes of session and user to procedures that read the store', async () => {
  const caller = router.createCaller(await callerContext({ layer, user: zoe }));
  expect(await caller.close()).toBe('closed');
  clock.advance(60);
  await expect(caller.close()).rejects.toThrow('too long ago');
  user = { ...zoe, disabled: true };
  await expect(caller.users()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});
