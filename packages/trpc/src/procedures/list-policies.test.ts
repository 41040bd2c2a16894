import { initTRPC, lazy } from '@trpc/server';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { LatchkeyContext } from './context.ts';
import { listPolicies, requirePolicies } from './list-policies.ts';
import { latchkeyProcedures, type RestMeta } from './procedures.ts';

const t = initTRPC.context<LatchkeyContext>().meta<RestMeta & { owner?: string }>().create();
const {
  anyone,
  cookieSetting,
  signedIn,
  confirmed,
  withRole,
  withConfirmedRole,
  fresh,
  withFreshRole,
  withPolicy,
} = latchkeyProcedures<'Admin' | 'User'>();
const feed = { revocation: 'feed', freshSeconds: null, setsCookies: false };
const strict = { revocation: 'strict', freshSeconds: null, setsCookies: false };

describe('the policies of a router', () => {
  it('are what its procedures were built on, whatever is nested', () => {
    const router = t.router({
      anyone: t.procedure.concat(anyone).query(() => 1),
      cookies: t.procedure.concat(cookieSetting).mutation(() => 1),
      below: t.router({
        signedIn: t.procedure.concat(signedIn).subscription(async function* () {
          yield 1;
        }),
        confirmed: t.procedure.concat(confirmed).query(() => 1),
        role: t.procedure.concat(withRole('User')).query(() => 1),
        roleNow: t.procedure.concat(withConfirmedRole('Admin')).query(() => 1),
        fresh: t.procedure.concat(fresh(600)).mutation(() => 1),
        freshRole: t.procedure.concat(withFreshRole('Admin', 0.5)).mutation(() => 1),
        any: t.procedure
          .concat(
            withPolicy({
              access: 'signed_in',
              revocation: 'strict',
              freshSeconds: 9,
              setsCookies: true,
            }),
          )
          .mutation(() => 1),
      }),
    });
    expect(listPolicies(router).map(({ path, type, policy }) => [path, type, policy])).toEqual([
      ['anyone', 'query', { access: 'public', ...feed }],
      ['cookies', 'mutation', { access: 'public', ...feed, setsCookies: true }],
      ['below.signedIn', 'subscription', { access: 'signed_in', ...feed }],
      ['below.confirmed', 'query', { access: 'signed_in', ...strict }],
      ['below.role', 'query', { access: { role: 'User' }, ...feed }],
      ['below.roleNow', 'query', { access: { role: 'Admin' }, ...strict }],
      ['below.fresh', 'mutation', { access: 'signed_in', ...strict, freshSeconds: 600 }],
      ['below.freshRole', 'mutation', { access: { role: 'Admin' }, ...strict, freshSeconds: 0.5 }],
      [
        'below.any',
        'mutation',
        { access: 'signed_in', revocation: 'strict', freshSeconds: 9, setsCookies: true },
      ],
    ]);
    expect(requirePolicies(router)).toBe(router);
  });

  it("stay when a procedure's meta says more: its place in plain HTTP, or whatever else the app keeps there", () => {
    const place = { openapi: { method: 'GET', path: '/mine' } } as const;
    const router = t.router({
      before: t.procedure
        .meta({ owner: 'us', ...place })
        .concat(signedIn)
        .query(() => 1),
      after: t.procedure
        .concat(signedIn)
        .meta({ owner: 'us', ...place })
        .query(() => 1),
    });
    for (const listed of listPolicies(router))
      expect(listed).toMatchObject({
        policy: { access: 'signed_in', ...feed },
        place: 'GET /mine',
      });
    expect(router.after._def.meta).toMatchObject({ owner: 'us' });
  });

  it('say who is there: for certain behind a sign-in, perhaps for anybody', () => {
    t.procedure
      .concat(signedIn)
      .query(({ ctx }) => expectTypeOf(ctx.principal.username).toEqualTypeOf<string>());
    // @ts-expect-error nobody may be signed in
    t.procedure.concat(anyone).query(({ ctx }) => ctx.principal.username);
    // @ts-expect-error only the store knows how fresh a password is
    withPolicy({ access: 'signed_in', revocation: 'feed', freshSeconds: 600, setsCookies: false });
  });
});

describe('a router is refused, and the procedure named,', () => {
  const refusal = (router: Parameters<typeof requirePolicies>[0]) => {
    try {
      requirePolicies(router);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    ['when one states none', t.procedure.query(() => 1), /\n {2}below\.it: states none\./],
    [
      'when one states two',
      t.procedure
        .concat(cookieSetting)
        .concat(confirmed)
        .query(() => 1),
      /\n {2}below\.it: states 2\./,
    ],
    [
      'when its meta was given another policy afterwards',
      t.procedure
        .concat(withConfirmedRole('Admin'))
        .meta({ policy: { access: 'public', ...feed } } as object)
        .query(() => 1),
      /\n {2}below\.it: its meta names another policy/,
    ],
    [
      'when it reads its input first',
      t.procedure
        .input(z.string())
        .concat(signedIn)
        .query(() => 1),
      /\n {2}below\.it: reads its input before/,
    ],
  ])('%s', (_title, it, message) => {
    expect(
      refusal(
        t.router({ fine: t.procedure.concat(anyone).query(() => 1), below: t.router({ it }) }),
      ),
    ).toMatch(message);
  });

  it('when a part of it is loaded later', () => {
    const later = t.router({
      below: lazy(async () => t.router({ it: t.procedure.query(() => 1) })),
    });
    expect(refusal(later)).toMatch(/\n {2}below: is loaded later/);
  });

  it('and all faults are told at once', () => {
    const one = t.procedure.query(() => 1);
    expect(refusal(t.router({ one, two: one }))?.split('\n')).toHaveLength(3);
  });

  it.each([0, -1, Number.NaN])('when a password may be %d seconds old', (seconds) => {
    expect(() => fresh(seconds)).toThrow(RangeError);
  });
});
