import { initTRPC, lazy } from '@trpc/server';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { LatchkeyContext } from './context.ts';
import { listPolicies, requirePolicies } from './list-policies.ts';
import type { RestMeta } from './policy.ts';
import { latchkeyProcedures } from './procedures.ts';

const t = initTRPC.context<LatchkeyContext>().meta<RestMeta & { owner?: string }>().create();
const {
  public: publicPolicy,
  setsCookies,
  signedIn,
  revalidated,
  withRole,
  withRevalidatedRole,
  recentlyAuthenticated,
  withRecentlyAuthenticatedRole,
  withPolicy,
} = latchkeyProcedures<'Admin' | 'User'>();
const feed = { revocation: 'feed', maxAuthenticationAgeSeconds: null, setsCookies: false };
const strict = { revocation: 'strict', maxAuthenticationAgeSeconds: null, setsCookies: false };

describe('listPolicies', () => {
  it('lists the policy of each procedure, nested ones included', () => {
    const router = t.router({
      public: t.procedure.concat(publicPolicy).query(() => 1),
      cookies: t.procedure.concat(setsCookies).mutation(() => 1),
      below: t.router({
        signedIn: t.procedure.concat(signedIn).subscription(async function* () {
          yield 1;
        }),
        revalidated: t.procedure.concat(revalidated).query(() => 1),
        role: t.procedure.concat(withRole('User')).query(() => 1),
        roleNow: t.procedure.concat(withRevalidatedRole('Admin')).query(() => 1),
        recent: t.procedure.concat(recentlyAuthenticated(600)).mutation(() => 1),
        recentRole: t.procedure
          .concat(withRecentlyAuthenticatedRole('Admin', 0.5))
          .mutation(() => 1),
        any: t.procedure
          .concat(
            withPolicy({
              access: 'signed_in',
              revocation: 'strict',
              maxAuthenticationAgeSeconds: 9,
              setsCookies: true,
            }),
          )
          .mutation(() => 1),
      }),
    });
    expect(listPolicies(router).map(({ path, type, policy }) => [path, type, policy])).toEqual([
      ['public', 'query', { access: 'public', ...feed }],
      ['cookies', 'mutation', { access: 'public', ...feed, setsCookies: true }],
      ['below.signedIn', 'subscription', { access: 'signed_in', ...feed }],
      ['below.revalidated', 'query', { access: 'signed_in', ...strict }],
      ['below.role', 'query', { access: { roles: ['User'] }, ...feed }],
      ['below.roleNow', 'query', { access: { roles: ['Admin'] }, ...strict }],
      [
        'below.recent',
        'mutation',
        { access: 'signed_in', ...strict, maxAuthenticationAgeSeconds: 600 },
      ],
      [
        'below.recentRole',
        'mutation',
        { access: { roles: ['Admin'] }, ...strict, maxAuthenticationAgeSeconds: 0.5 },
      ],
      [
        'below.any',
        'mutation',
        {
          access: 'signed_in',
          revocation: 'strict',
          maxAuthenticationAgeSeconds: 9,
          setsCookies: true,
        },
      ],
    ]);
    expect(requirePolicies(router)).toBe(router);
  });

  it('keeps further meta of a procedure beside its policy, such as its plain HTTP route', () => {
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

  it('types ctx.principal as nullable behind public and as present behind signedIn', () => {
    t.procedure
      .concat(signedIn)
      .query(({ ctx }) => expectTypeOf(ctx.principal.username).toEqualTypeOf<string>());
    // @ts-expect-error the principal may be null
    t.procedure.concat(publicPolicy).query(({ ctx }) => ctx.principal.username);
    // @ts-expect-error only the store knows when the password was given
    withPolicy({
      access: 'signed_in',
      revocation: 'feed',
      maxAuthenticationAgeSeconds: 600,
      setsCookies: false,
    });
  });
});

describe('requirePolicies', () => {
  const refusal = (router: Parameters<typeof requirePolicies>[0]) => {
    try {
      requirePolicies(router);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    ['without a policy', t.procedure.query(() => 1), /\n {2}below\.it: has no policy\./],
    [
      'with two policies',
      t.procedure
        .concat(setsCookies)
        .concat(revalidated)
        .query(() => 1),
      /\n {2}below\.it: has 2 policies\./,
    ],
    [
      'whose meta.policy was replaced',
      t.procedure
        .concat(withRevalidatedRole('Admin'))
        .meta({ policy: { access: 'public', ...feed } } as object)
        .query(() => 1),
      /\n {2}below\.it: its meta\.policy differs/,
    ],
    [
      'that parses its input first',
      t.procedure
        .input(z.string())
        .concat(signedIn)
        .query(() => 1),
      /\n {2}below\.it: parses its input before/,
    ],
  ])('refuses a router with a procedure %s and names it', (_title, it, message) => {
    expect(
      refusal(
        t.router({
          fine: t.procedure.concat(publicPolicy).query(() => 1),
          below: t.router({ it }),
        }),
      ),
    ).toMatch(message);
  });

  it('refuses a lazily loaded router', () => {
    const later = t.router({
      below: lazy(async () => t.router({ it: t.procedure.query(() => 1) })),
    });
    expect(refusal(later)).toMatch(/\n {2}below: is loaded lazily/);
  });

  it('reports all procedures without a proper policy at once', () => {
    const one = t.procedure.query(() => 1);
    expect(refusal(t.router({ one, two: one }))?.split('\n')).toHaveLength(3);
  });

  it.each([0, -1, Number.NaN])('refuses a maximum authentication age of %d seconds', (seconds) => {
    expect(() => recentlyAuthenticated(seconds)).toThrow(RangeError);
  });
});
