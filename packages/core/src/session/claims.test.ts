import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { StoreUnavailableError } from '../errors.ts';
import { OptionsError } from '../lib/options-error.ts';
import { createSessionLayer } from '../session-layer.ts';
import { alice, client, ring } from '../testing/fixtures/layer-fixture.ts';
import { type SettableClock, settableClock } from '../testing/settable-clock.ts';
import { currentPrincipal } from '../token/principal.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { SessionStore } from './session-store.ts';

const Tenant = z.object({ tenantId: z.string(), permissions: z.array(z.string()).default([]) });
const ofTenant = (tenantId: string) => ({ ...alice, claims: { tenantId, permissions: ['read'] } });

let clock: SettableClock;
let store: SessionStore;
/** What the directory answers. */
let user: ReturnType<typeof ofTenant>;
beforeEach(() => {
  [clock, store] = [settableClock(), memorySessionStore()];
  user = ofTenant('acme');
});

const common = () => ({ ring, store, clock });
const layerOf = (claims = Tenant) =>
  createSessionLayer({ ...common(), claims, users: { findUser: async () => user } });
const plain = () => createSessionLayer({ ...common(), users: { findUser: async () => alice } });
type Layer = ReturnType<typeof layerOf>;

const callerOf = (layer: Pick<Layer, 'authenticate'>, accessToken: string) => {
  const found = layer.authenticate([accessToken], clock.now());
  return found.kind === 'authenticated' ? found.principal.claims : found.reason;
};
const refresh = (layer: Pick<Layer, 'refresh'>, token: string | null) =>
  layer.refresh({ refreshTokens: [token ?? ''], usernames: ['alice'] }, client);

describe("an app's own claims (P6)", () => {
  it('signs the claims of the user under one key, and every request reads them', async () => {
    const layer = layerOf();
    const grant = await layer.issue(user, client);
    const [, payload = ''] = grant.accessToken.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString()).claims).toEqual(user.claims);
    expect(grant.principal.claims).toEqual(user.claims);
    expect(callerOf(layer, grant.accessToken)).toEqual(user.claims);
  });

  it('validates the claims once per token, and shares them frozen', async () => {
    let validations = 0;
    const schema = Tenant.refine(() => ++validations > 0);
    const layer = layerOf(schema as never);
    const { accessToken } = await layer.issue(user, client);
    const before = validations;
    const [one, two] = [callerOf(layer, accessToken), callerOf(layer, accessToken)];
    expect([validations - before, one === two]).toEqual([1, true]);
    expect(() => (one as { permissions: string[] }).permissions.push('write')).toThrow(TypeError);
  });

  it('brings changed claims with the next refresh, and to a revalidated caller at once', async () => {
    const layer = layerOf();
    const grant = await layer.issue(user, client);
    user = ofTenant('other');
    expect(callerOf(layer, grant.accessToken)).toMatchObject({ tenantId: 'acme' });
    const confirmed = await layer.confirm(grant.principal);
    if (confirmed.kind === 'refused') return expect.unreachable();
    expect(currentPrincipal(grant.principal, confirmed.user).claims).toEqual(user.claims);
    const refreshed = await refresh(layer, grant.refreshToken);
    if (refreshed.kind === 'refused') return expect.unreachable();
    expect(callerOf(layer, refreshed.grant.accessToken)).toEqual(user.claims);
  });

  it('counts a token whose claims do not fit a changed schema as expired', async () => {
    const grant = await layerOf().issue(user, client);
    const changed = createSessionLayer({
      ...common(),
      claims: z.object({ orgId: z.number() }),
      users: { findUser: async () => ({ ...alice, claims: { orgId: 7 } }) },
    });
    expect(callerOf(changed as never, grant.accessToken)).toBe('access_token_expired');
    expect(changed.recognizes([grant.accessToken], clock.now())).toBe(true);
    const refreshed = await refresh(changed, grant.refreshToken);
    if (refreshed.kind === 'refused') return expect.unreachable();
    expect(callerOf(changed as never, refreshed.grant.accessToken)).toEqual({ orgId: 7 });
  });

  it('ignores claims in a layer without a schema, and asks for a refresh where one was added', async () => {
    const without = await plain().issue({ ...alice, claims: { tenantId: 'acme' } }, client);
    expect(without.accessToken).not.toContain(Buffer.from('acme').toString('base64url'));
    expect(without.principal.claims).toEqual({});
    const findUser = async () => user;
    const confirmed = await createSessionLayer({ ...common(), users: { findUser } }).confirm(
      without.principal,
    );
    if (confirmed.kind === 'refused') return expect.unreachable();
    expect(currentPrincipal(without.principal, confirmed.user).claims).toEqual({});
    expect(callerOf(layerOf(), without.accessToken)).toBe('access_token_expired');
    const having = await layerOf().issue(user, client);
    expect(callerOf(plain() as never, having.accessToken)).toEqual({});
  });

  it.each([
    ['', 1_024 - '{"tenantId":"","permissions":[]}'.length, true],
    ['', 1_025 - '{"tenantId":"","permissions":[]}'.length, false],
    ['é', 1_023 - '{"tenantId":"é","permissions":[]}'.length, true],
    ['é', 1_024 - '{"tenantId":"é","permissions":[]}'.length, false],
  ])('accepts claims of up to 1,024 bytes of JSON: %s and %i more: %s', async (start, n, fits) => {
    const claims = { tenantId: start + 'x'.repeat(n), permissions: [] };
    const issued = layerOf().issue({ ...alice, claims }, client);
    if (fits) expect((await issued).principal.claims).toEqual(claims);
    else
      await expect(issued).rejects.toThrow(
        /^the claims of user a have 1025 bytes of JSON: at most 1024 fit into an access token\./,
      );
    expect((await store.findByUser('a', clock.now(), { limit: 9 })).sessions).toHaveLength(+fits);
  });

  it('keeps the session while the directory returns claims that do not fit', async () => {
    const layer = layerOf();
    const grant = await layer.issue(user, client);
    const good = user;
    user = ofTenant('x'.repeat(1_024));
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(refresh(layer, grant.refreshToken)).rejects.toThrow(StoreUnavailableError);
    user = good;
    expect(await refresh(layer, grant.refreshToken)).toMatchObject({ kind: 'refreshed' });
    user = { ...user, claims: {} as never };
    await expect(layer.confirm(grant.principal)).rejects.toThrow(
      /^the claims of user a do not fit the schema: tenantId: /,
    );
    user = { ...user, disabled: true };
    expect(await layer.confirm(grant.principal)).toEqual({ kind: 'refused', reason: 'user_gone' });
  });

  it.each([
    ['changes its own output', z.object({ at: z.string().transform(Number) }), /Leave out transf/],
    ['is asynchronous', z.object({ at: z.string().refine(async () => true) }), /synchronous one/],
    ['throws', { '~standard': { version: 1, validate: () => JSON.parse('') } }, /SyntaxError/],
    ['gives what JSON cannot hold', z.object({ at: z.string().transform(BigInt) }), /are no JSON/],
  ])('refuses a sign-in whose schema %s', async (_what, claims, fault) => {
    const layer = createSessionLayer({
      ...common(),
      claims,
      users: { findUser: async () => null },
    } as never);
    const own = { ...alice, claims: { at: '7' } };
    await expect(layer.issue(own, client)).rejects.toThrow(fault);
  });

  it('refuses an option claims that is not a schema, when the layer is created', () => {
    const claims = { tenantId: 'string' } as never;
    const users = { findUser: async () => alice };
    const create = () => createSessionLayer({ ...common(), claims, users } as never);
    expect(create).toThrow(OptionsError);
    expect(create).toThrow(/^claims = .*must be a schema, such as z\.object/);
  });

  it('infers the type of the claims, and requires them of findUser', async () => {
    const layer = layerOf();
    type Caller = Extract<ReturnType<Layer['authenticate']>, { kind: 'authenticated' }>;
    expectTypeOf<Caller['principal']['claims']>().toEqualTypeOf<z.infer<typeof Tenant>>();
    const claims = Tenant;
    // @ts-expect-error alice has no claims
    createSessionLayer({ ...common(), claims, users: { findUser: async () => alice } });
    await expect(layer.issue(alice, client)).rejects.toThrow(RangeError);
  });
});
