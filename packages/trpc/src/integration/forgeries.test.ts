import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { type AccessTokenClaims, ALGORITHMS, signAccessToken } from '@latchkey/core';
import type { Browser } from '@latchkey/core/testing';
import {
  type Forgery,
  forgeries,
  forgingGround,
  otherSignature,
  ringOfAll,
  signed,
} from '@latchkey/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

const ACCESS = 'X-Access-Token';
const REFRESH = 'X-Refresh-Token';
/** The most bytes of a header: Node itself refuses larger ones. */
const HEADER_BYTES = 16_384;

describe.each(ALGORITHMS)('a server that signs with %s', (algorithm) => {
  let app: TestApp;
  let victim: Browser;
  let token: string;
  let claims: AccessTokenClaims;
  let visits = 0;
  const lure = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  let themes: ReturnType<typeof forgeries>;

  beforeAll(async () => {
    lure.listen(0, '127.0.0.1');
    await once(lure, 'listening');
    app = await startTestApp({ ring: ringOfAll(algorithm) });
    victim = await app.signedIn('bob');
    token = victim.cookies().get(ACCESS) ?? '';
    claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const port = (lure.address() as AddressInfo).port;
    themes = forgeries(
      forgingGround(app.ring, claims, `http://127.0.0.1:${port}/keys`),
      app.layer.options.idleSeconds,
    );
  });
  afterAll(async () => {
    await app.close();
    lure.close();
  });

  /**
   * Returns what a client sees of a token, by cookie and by header: the answers of a public query,
   * and of one for signed-in callers.
   */
  async function answers(
    forged: string,
    path = '/trpc/auth.session,dashboard?batch=1',
  ): Promise<string[]> {
    const carriers: Record<string, string>[] = [
      { cookie: `${ACCESS}=${encodeURIComponent(forged)}` },
    ];
    if (/^[\x21-\x7e]+$/.test(forged)) carriers.push({ authorization: `Bearer ${forged}` });
    return Promise.all(
      carriers.map(async (headers) => summary(await fetch(app.origin + path, { headers }))),
    );
  }
  const summary = async (reply: Response) =>
    `${reply.status} ${reply.headers.getSetCookie().length} ${await reply.text()}`;

  async function letThrough(
    list: readonly Forgery[],
  ): Promise<{ title: string; answer: string }[]> {
    /**
     * Signs an expired token of our own, which is anonymous like garbage: it only needs a refresh.
     */
    const late = signed(
      { alg: algorithm, typ: 'at+jwt', kid: app.ring.signing.kid },
      { ...claims, iat: claims.iat - 600, exp: claims.iat },
      app.ring.signing,
    );
    const anonymous = (
      await Promise.all(['garbage', '\0', late].map((anonymous) => answers(anonymous)))
    ).flat();
    const found: { title: string; answer: string }[] = [];
    for (const { title, token: forged } of list) {
      const tooLong = forged.length > HEADER_BYTES;
      for (const answer of await answers(forged))
        if (tooLong ? !answer.startsWith('431 0') : !anonymous.includes(answer))
          found.push({ title, answer });
    }
    return found;
  }

  it("accepts the forger's unmodified token, so that each forgery fails for its own fault", async () => {
    const made = signed(
      { alg: algorithm, typ: 'at+jwt', kid: app.ring.signing.kid },
      claims,
      app.ring.signing,
    );
    for (const answer of await answers(made)) expect(answer).toMatch(/^200 0 .*bob.*Hello/);
  });

  it('answers every forgery alike: 200 and anonymous, or 401 and the same message', async () => {
    for (const answer of await answers('garbage', '/trpc/auth.session'))
      expect(answer).toMatch(/^200 0 .*"principal":null,"reason":"access_token_invalid"/);
    for (const answer of await answers('garbage', '/trpc/dashboard'))
      expect(answer).toMatch(/^401 0 .*"message":"You are not signed in\."/);
    for (const answer of await answers('garbage'))
      expect(answer).toMatch(/^207 0 .*"principal":null.*"message":"You are not signed in\."/);
  });

  it.each([
    ['headers', 80],
    ['claims', 150],
    ['signatures', 50],
    ['algorithms', 60],
  ] as const)(
    'accepts no forged %s, and answers all of them alike',
    { timeout: 120_000 },
    async (theme, least) => {
      expect(themes[theme].length).toBeGreaterThan(least);
      expect(new Set(themes[theme].map(({ token: forged }) => forged)).has(token)).toBe(false);
      expect(await letThrough(themes[theme])).toEqual([]);
    },
  );

  it('rejects a refresh token as an access token, and a token of a removed key', async () => {
    const removed = { ...ringOfAll(algorithm).signing, kid: 'removed' };
    const tokens = [
      victim.cookies().get(REFRESH) ?? '',
      signAccessToken({ signing: removed }, claims),
      signAccessToken(ringOfAll(algorithm), claims),
    ];
    expect(
      await letThrough(tokens.map((forged, index) => ({ title: String(index), token: forged }))),
    ).toEqual([]);
  });

  it('rejects an access token, forged or not, as a refresh token', async () => {
    const forged = Object.values(themes).flatMap((list) => list.slice(0, 5));
    for (const { title, token: presented } of [{ title: 'its own', token }, ...forged]) {
      const reply = await fetch(`${app.origin}/trpc/dashboard`, {
        headers: { cookie: `${REFRESH}=${encodeURIComponent(presented)}; X-Username=bob` },
      });
      expect([title, reply.status, reply.headers.getSetCookie()]).toEqual([title, 401, []]);
    }
  });

  if (algorithm === 'ES256')
    it('accepts the second valid signature of an ES256 token', async () => {
      const other = otherSignature(token);
      expect(other).not.toBe(token);
      expect(await answers(other)).toEqual(await answers(token));
    });

  it('fetches no keys for forgeries, and the victim stays signed in', async () => {
    expect(visits).toBe(0);
    connect((lure.address() as AddressInfo).port, '127.0.0.1').resume();
    await expect.poll(() => visits).toBe(1);
    expect(
      app.events.filter(({ kind }) => kind.startsWith('session.') && kind !== 'session.issued'),
    ).toEqual([]);
    expect((await victim.request('/trpc/dashboard')).body).toContain('Hello User!');
    app.clock.advance(600);
    const refreshed = await victim.request('/trpc/dashboard');
    expect([refreshed.status, refreshed.setCookies.length]).toEqual([200, 3]);
  });
});
