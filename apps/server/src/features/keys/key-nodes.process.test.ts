import type { Browser } from '@latchkey/core/testing';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../testing/command-line.ts';
import { signIn } from '../../testing/process-fixture.ts';
import { startNodes, type TestNodes } from '../../testing/start-nodes.ts';
import { caller } from '../../testing/trpc-caller.ts';

const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 3').toString('base64url');
/**
 * Number of browsers: few enough for the connection pool on a busy machine, where a refresh that
 * waits two seconds for a connection is answered with 503.
 */
const BROWSERS = 16;

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

const headerOf = (token = '') =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
const tokenOf = (browser: Browser) => browser.cookies().get('X-Access-Token') ?? '';
const kidOf = (browser: Browser) => headerOf(tokenOf(browser)).kid;

/**
 * Starts two nodes and many browsers whose requests go to the nodes in turn; counts the statuses of
 * their responses.
 */
function loadedNodes(variables: Record<string, string>) {
  let nodes: TestNodes;
  let browsers: Browser[];
  beforeAll(async () => {
    const lifetimes = { ACCESS_TOKEN_SECONDS: '8', ROTATION_GRACE_SECONDS: '2' };
    nodes = await startNodes(2, {
      DATABASE_URL: postgres.url,
      LATCHKEY_SECRET,
      ...lifetimes,
      ...variables,
    });
    browsers = Array.from({ length: BROWSERS }, () => nodes.browser());
    for (const browser of browsers) expect((await signIn(browser)).status).toBe(200);
  });
  afterAll(() => nodes.close());

  return {
    node: (index: number) => nodes.node(index),
    browser: (index: number) => browsers[index] as Browser,
    output: () => [...nodes].map((node) => node.rawLog()).join(''),
    async cli(words: string): Promise<string> {
      const { code, out, err } = await commandLine(
        words,
        { DATABASE_URL: postgres.url, LATCHKEY_SECRET, ...variables },
        { clock: nodes.clock },
      );
      if (code !== 0) throw new Error(err);
      return out;
    },
    /**
     * Returns the ids of the keys that signed the browsers' access tokens; expired tokens are
     * refreshed first.
     */
    async kids() {
      const each = browsers.map(async (browser) => {
        expect((await browser.request('/dashboard')).status).toBe(200);
        return kidOf(browser);
      });
      return new Set(await Promise.all(each));
    },
    /**
     * Returns every response status, second by second. Each browser sends two requests at once
     * while `work` runs and for the given seconds after it.
     */
    async during(seconds: number, work: () => Promise<unknown>) {
      const statuses = new Set<number>();
      let requests = 0;
      const ask = () =>
        Promise.all(
          browsers
            .flatMap((browser) => [browser.request('/dashboard'), browser.request('/dashboard')])
            .map(async (reply) => {
              statuses.add((await reply).status);
              requests += 1;
            }),
        );
      await Promise.all([ask(), work()]);
      for (let second = 0; second < seconds; second++) {
        await Promise.all([nodes.pass(1), ask()]);
        await ask();
      }
      return { statuses: [...statuses], requests };
    },
  };
}

describe('key rotation on two nodes under load', () => {
  const { node, browser, during, kids, output, cli } = loadedNodes({ JWT_ALGORITHM: 'ES256' });

  it('two nodes rotate at once after a command to one of them, without a refused request', async () => {
    const admin = node(0).browser();
    await signIn(admin, 'admin');
    const rotate = async () =>
      (await caller(admin).mutate<{ kid: string }>('admin.rotateKeys', { now: true })).data?.kid ??
      '';
    const before = await kids();
    let made = '';
    /**
     * Lasts two lifetimes of an access token: the other node signs with the old key until it loads
     * the new one.
     */
    const { statuses, requests } = await during(18, async () => {
      made = await rotate();
    });
    expect([statuses, before.size, before.has(made), [...(await kids())]]).toEqual([
      [200],
      1,
      false,
      [made],
    ]);
    expect(requests).toBeGreaterThan(BROWSERS);

    const bob = node(0).browser();
    const next = await rotate();
    await signIn(bob);
    const reply = await fetch(`${node(1).origin}/dashboard`, {
      headers: { authorization: `Bearer ${tokenOf(bob)}` },
    });
    expect([kidOf(bob), reply.status]).toEqual([next, 200]);
  });

  it('two nodes rotate the MAC key at once, and accept refresh tokens of both keys', async () => {
    const { statuses } = await during(9, () => cli('keys rotate --now --purpose refresh-token'));
    expect(statuses).toEqual([200]);
  });

  it('browsers refresh without a refused request when the signing key is revoked', async () => {
    const [leaked] = await kids();
    const held = tokenOf(browser(1));
    const { statuses } = await during(11, () => cli(`keys remove ${kidOf(browser(1))}`));
    expect([statuses, (await kids()).has(leaked ?? '')]).toEqual([[200], false]);
    for (const index of [0, 1])
      expect(
        (
          await fetch(`${node(index).origin}/dashboard`, {
            headers: { authorization: `Bearer ${held}` },
          })
        ).status,
      ).toBe(401);
    expect(output()).not.toMatch(/session\.reuse|keys\.reload_failed|"event":"fault"/);
  });
});

describe('frequent key rotations on two nodes under load', () => {
  const { during, kids, output, cli } = loadedNodes({
    JWT_ALGORITHM: 'RS256',
    KEY_ROTATION_SECONDS: '6',
  });

  it('two nodes switch together to a key that one of them made, without a refused request', async () => {
    const seen = await kids();
    const { statuses } = await during(14, async () => {});
    for (const kid of await kids()) seen.add(kid);
    expect(statuses).toEqual([200]);
    expect(seen.size).toBeGreaterThan(1);
    const made = (
      JSON.parse(await cli('keys list --json')) as { algorithm: string; signsFrom: string }[]
    )
      .filter((key) => key.algorithm === 'RS256')
      .map((key) => Date.parse(key.signsFrom));
    expect(made.length).toBeGreaterThan(2);
    for (const [index, signsFrom] of made.slice(1).entries())
      expect(signsFrom - (made[index] ?? 0)).toBeGreaterThanOrEqual(6_000);
    expect(output()).not.toMatch(/job\.failed|session\.reuse|keys\.reload_failed|"event":"fault"/);
  });
});
