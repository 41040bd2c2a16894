import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

type View = {
  kid: string;
  purpose: string;
  algorithm: string;
  status: string;
  signsFrom: number | null;
  retiredAt: number | null;
  verifiesUntil: number | null;
};
type Made = { kid: string; algorithm: string; signsFrom: number; made: boolean };

let app: TestServer;
let admin: Browser;
async function start(variables: Record<string, string> = {}): Promise<void> {
  app = await startApp({
    session: { accessTokenSeconds: 60 },
    variables: { JWT_ALGORITHM: 'ES256', ...variables },
  });
  admin = app.browser();
  await admin.post('/login', { username: 'admin', password: 'password' });
}
beforeEach(() => start());
afterEach(() => app.close());

const keysOf = async (purpose = 'access-token') =>
  ((await caller(admin).query<View[]>('admin.keys')).data ?? []).filter(
    (key) => key.purpose === purpose,
  );
const statuses = async (purpose?: string) => (await keysOf(purpose)).map(({ status }) => status);
const kidOf = (browser: Browser) =>
  (
    JSON.parse(
      Buffer.from(
        browser.cookies().get('X-Access-Token')?.split('.')[0] ?? '',
        'base64url',
      ).toString(),
    ) as { kid: string }
  ).kid;
const auditOf = async (kind: string) =>
  (await app.auditLog.list({ kind, limit: 100 })).map(({ actorId, details }) => ({
    actorId,
    ...details,
  }));
const publicKids = async () => {
  const { keys } = (await (await fetch(`${app.origin}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string }[];
  };
  return keys.map(({ kid }) => kid);
};

describe('the key procedures', () => {
  it('lists keys with status and dates, without key material', async () => {
    const reply = await admin.request('/trpc/admin.keys');
    const views = (await caller(admin).query<View[]>('admin.keys')).data ?? [];
    expect(
      views.map(({ purpose, algorithm, status }) => `${purpose} ${algorithm} ${status}`),
    ).toEqual(['access-token ES256 current', 'refresh-token HS256 current']);
    for (const view of views)
      expect(Object.keys(view)).toEqual([
        'kid',
        'purpose',
        'algorithm',
        'status',
        'signsFrom',
        'retiredAt',
        'verifiesUntil',
        'revokedAt',
      ]);
    const { d } = app.keys.ring.signing.signKey.export({ format: 'jwk' });
    expect(reply.body).not.toContain(d);
    expect(app.rawLog()).not.toContain(d);
  });

  it('the key procedures answer 401 without a session and 403 to other users', async () => {
    const bob = app.browser();
    const paths = [
      ['admin.rotateKeys', { now: true }],
      ['admin.removeKey', { kid: app.keys.ring.signing.kid }],
    ] as const;
    const tried = async () =>
      Promise.all([
        caller(bob).query('admin.keys'),
        ...paths.map(([path, input]) => caller(bob).mutate(path, input)),
      ]);
    expect((await tried()).map(({ status }) => status)).toEqual([401, 401, 401]);
    await bob.post('/login', { username: 'bob', password: 'password' });
    expect((await tried()).map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await statuses()).toEqual(['current']);
  });

  it('a rotated key is published at once, signs ten minutes later, and its predecessor verifies', async () => {
    const [first] = await keysOf();
    const { data: next } = await caller(admin).mutate<Made>('admin.rotateKeys');
    expect(next).toMatchObject({
      algorithm: 'ES256',
      made: true,
      signsFrom: app.clock.now() + 600_000,
    });
    expect((await caller(admin).mutate<Made>('admin.rotateKeys')).data).toEqual({
      ...next,
      made: false,
    });
    expect([await statuses(), await publicKids()]).toEqual([
      ['current', 'next'],
      [first?.kid, next?.kid],
    ]);
    const bearer = admin.cookies().get('X-Access-Token');
    app.clock.advance(599.999);
    await admin.request('/dashboard');
    expect([kidOf(admin), bearer === undefined]).toEqual([first?.kid, false]);
    app.clock.advance(0.001);
    expect(await statuses()).toEqual(['retired', 'current']);
    expect((await admin.request('/dashboard')).status).toBe(200);
    expect(kidOf(admin)).toBe(first?.kid);
    app.clock.advance(60);
    expect((await admin.request('/dashboard')).status).toBe(200);
    expect(kidOf(admin)).toBe(next?.kid);
    app.clock.advance(30);
    expect([await statuses(), await publicKids()]).toEqual([['expired', 'current'], [next?.kid]]);
    expect(await auditOf('keys.rotated')).toEqual([
      {
        actorId: expect.any(String),
        purpose: 'access-token',
        kid: next?.kid,
        algorithm: 'ES256',
        signsFrom: next?.signsFrom,
      },
    ]);
  });

  it('a rotation with now: true takes effect at once, and earlier tokens still verify', async () => {
    const { data } = await caller(admin).mutate<Made>('admin.rotateKeys', { now: true });
    expect([await statuses(), data?.signsFrom]).toEqual([['retired', 'current'], app.clock.now()]);
    const bob = app.browser();
    await bob.post('/login', { username: 'bob', password: 'password' });
    expect([
      (await bob.request('/dashboard')).setCookies,
      (await admin.request('/dashboard')).setCookies,
    ]).toEqual([[], []]);
    expect([kidOf(bob) === data?.kid, kidOf(admin) === data?.kid]).toEqual([true, false]);
  });

  it('a revoked key leaves the JWK Set, and every browser is refreshed silently', async () => {
    const [leaked] = await keysOf();
    expect((await caller(admin).mutate('admin.removeKey', { kid: leaked?.kid })).status).toBe(200);
    const reply = await admin.request('/dashboard');
    expect([reply.status, reply.setCookies.length > 0, await statuses()]).toEqual([
      200,
      true,
      ['revoked', 'current'],
    ]);
    expect(await publicKids()).toEqual([app.keys.ring.signing.kid]);
    expect(await auditOf('keys.removed')).toEqual([
      {
        actorId: expect.any(String),
        purpose: 'access-token',
        kid: leaked?.kid,
        successor: app.keys.ring.signing.kid,
      },
    ]);
    expect((await caller(admin).mutate('admin.removeKey', { kid: leaked?.kid })).status).toBe(404);
  });

  it('removing the next key before it signs keeps the current key', async () => {
    const { data } = await caller(admin).mutate<Made>('admin.rotateKeys');
    expect((await caller(admin).mutate('admin.removeKey', { kid: data?.kid })).status).toBe(200);
    expect(await statuses()).toEqual(['current']);
  });

  it('removes a refresh-token key only with the option signOut', async () => {
    const [mac] = await keysOf('refresh-token');
    const { status, error } = await caller(admin).mutate('admin.removeKey', { kid: mac?.kid });
    expect([status, error?.data.reason]).toEqual([409, 'conflict']);
    expect(
      (await caller(admin).mutate('admin.removeKey', { kid: mac?.kid, signOut: true })).status,
    ).toBe(200);
    app.clock.advance(60);
    expect((await admin.request('/dashboard')).status).toBe(401);
  });

  it('refuses to change keys that are not in the database', async () => {
    await app.close();
    await start({ KEY_SOURCE: 'environment', JWT_ALGORITHM: 'HS256' });
    expect((await keysOf()).map(({ status, signsFrom }) => [status, signsFrom])).toEqual([
      ['current', null],
    ]);
    expect((await caller(admin).mutate('admin.rotateKeys', { now: true })).error?.data.reason).toBe(
      'conflict',
    );
    expect(
      (await caller(admin).mutate('admin.removeKey', { kid: app.keys.ring.signing.kid })).error
        ?.data.reason,
    ).toBe('conflict');
  });
});

describe('the keys of refresh tokens', () => {
  it('rotates the refresh-token key; earlier refresh tokens and seals still verify', async () => {
    await app.seals.seal(app.clock.now(), 100);
    const purpose = 'refresh-token';
    expect(
      (await caller(admin).mutate<Made>('admin.rotateKeys', { purpose, now: true })).data,
    ).toMatchObject({ algorithm: 'HS256', made: true });
    expect(await app.seals.seal(app.clock.now(), 100)).not.toBeNull();
    app.clock.advance(60);
    expect((await admin.request('/dashboard')).status).toBe(200);
    const [old, current] = app.keys
      .lifecycles()
      .filter(({ key }) => key.purpose === 'refresh-token');
    expect([old?.status, current?.key.key === app.keys.ring.macSigning]).toEqual(['retired', true]);
    expect(await app.seals.verify()).toMatchObject({ kind: 'intact', seals: 2 });
  });
});
