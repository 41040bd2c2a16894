import type { Browser, Reply } from '@latchkey/core/testing';
import { faultyNetwork, seededRandom, timeline } from '@latchkey/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

const REFRESH = 'X-Refresh-Token';
const DASHBOARD = '/trpc/dashboard';
const options = { accessTokenSeconds: 60, graceSeconds: 15 };

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ options });
});
afterEach(() => app.close());

const slow = (gate: string) => `/trpc/slow?input=${encodeURIComponent(JSON.stringify(gate))}`;
const refreshTokensIn = (replies: readonly Reply[]) =>
  new Set(
    replies.flatMap((reply) =>
      reply.setCookies
        .filter((cookie) => cookie.startsWith(REFRESH))
        .map((cookie) => cookie.split(';')[0]),
    ),
  );
const rotations = () =>
  app.decisions.filter(
    ({ session }) =>
      session.refreshed?.kind === 'refreshed' && session.refreshed.decision === 'rotate',
  ).length;

describe('an honest browser stays signed in', () => {
  it('serves 64 parallel requests on one expired token with one rotation and one refresh token', async () => {
    const browser = await app.signedIn();
    app.clock.advance(60);
    const flights = Array.from({ length: 64 }, () => browser.send(DASHBOARD));
    const replies = await Promise.all(flights.map((flight) => flight.arrive()));
    expect(replies.map((reply) => reply.status)).toEqual(Array(64).fill(200));
    expect(rotations()).toBe(1);
    expect(refreshTokensIn(replies).size).toBe(1);
    for (const flight of flights) await flight.deliver();
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });

  it('converges on the same successor however often the response to a rotation is lost', async () => {
    const browser = await app.signedIn();
    app.clock.advance(60);
    const lost: Reply[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      lost.push(await browser.send(DASHBOARD).arrive());
      app.clock.advance(20);
    }
    const delivered = await browser.request(DASHBOARD);
    expect(delivered.status).toBe(200);
    expect(refreshTokensIn([...lost, delivered]).size).toBe(1);
  });

  it('keeps a browser signed in if replies arrive in reverse order', async () => {
    const browser = await app.signedIn();
    app.clock.advance(60);
    const flights = Array.from({ length: 8 }, () => browser.send(DASHBOARD));
    for (const flight of flights) await flight.arrive();
    for (const flight of flights.toReversed()) await flight.deliver();
    for (let lifetime = 0; lifetime < 3; lifetime++) {
      app.clock.advance(60);
      expect((await browser.request(DASHBOARD)).status).toBe(200);
    }
  });

  it('writes no cookies after the grace period, so that they cannot overwrite newer ones', async () => {
    const browser = await app.signedIn();
    app.clock.advance(60);
    const late = browser.send(slow('a'));
    void late.arrive();
    await app.gate.reached('a');

    app.clock.advance(5);
    await browser.request(DASHBOARD);
    app.clock.advance(60);
    await browser.request(DASHBOARD);
    const newest = browser.cookies().get(REFRESH);

    app.gate.release('a');
    const reply = await late.deliver();
    expect([reply.status, reply.setCookies]).toEqual([200, []]);
    expect(browser.cookies().get(REFRESH)).toBe(newest);
    app.clock.advance(60);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });

  it.each([
    [-1, 3],
    [0, 0],
    [1, 0],
  ])(
    'writes, %i s from a grace period after a refresh was decided, %i cookies',
    async (offset, cookies) => {
      const browser = await app.signedIn();
      app.clock.advance(60);
      const flight = browser.send(slow('edge'));
      void flight.arrive();
      await app.gate.reached('edge');
      app.clock.advance(15 + offset);
      app.gate.release('edge');
      expect((await flight.arrive()).setCookies).toHaveLength(cookies);
    },
  );

  it('keeps a new sign-in when the refusal of an old request arrives', async () => {
    const browser = await app.signedIn();
    app.clock.advance(60);
    const doomed = browser.send(DASHBOARD);
    await browser.post('/trpc/auth.logout');
    await browser.post('/trpc/auth.login', { username: 'alice', password: 'password' });
    expect((await doomed.deliver()).status).toBe(401);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });

  it('gives a request sent before a sign-out only cookies of the ended session', async () => {
    const browser = await app.signedIn();
    app.clock.advance(60);
    const flight = browser.send(slow('race'));
    void flight.arrive();
    await app.gate.reached('race');
    await browser.copy().post('/trpc/auth.logout');
    app.gate.release('race');
    expect((await flight.deliver()).setCookies).toHaveLength(3);
    browser.dropCookie('X-Access-Token');
    expect((await browser.request(DASHBOARD)).status).toBe(401);
  });
});

/**
 * Simulates bursts and pauses of one browser with many tabs, through real HTTP, on a network that
 * delays, reorders and loses.
 */
async function live(
  browser: Browser,
  seed: number,
  horizonSeconds: number,
): Promise<{ requests: number; refused: string[] }> {
  const random = seededRandom(seed);
  const time = timeline(app.clock);
  const network = faultyNetwork(time, random, {
    requestDelaySeconds: 14,
    replyDelaySeconds: 14,
    lostReplies: 0.3,
  });
  const refused: string[] = [];
  let requests = 0;
  for (
    let at = 0;
    at < horizonSeconds;
    at += random() < 0.85 ? -Math.log(1 - random()) / 0.3 : random() * 240
  ) {
    const burst = [1, 1, 2, 6][Math.floor(random() * 4)] ?? 1;
    for (let n = 0; n < burst; n++) time.after(at + random() * 0.3, send);
  }

  function send(): void {
    const name = `${seed}-${requests++}`;
    if (random() < 0.01) browser.dropCookie('X-Access-Token');
    const flight = browser.send(slow(name));
    const work = random() < 0.05 ? random() * 180 : random() * 0.3;
    network.send(
      {
        async arrive() {
          const reply = flight.arrive();
          await Promise.race([app.gate.reached(name), reply]);
          if (app.decisions.at(-1)?.authentication.kind === 'anonymous')
            refused.push(`request ${name} at ${app.clock.now()}`);
        },
        async respond() {
          app.gate.release(name);
          await flight.arrive();
        },
        deliver: async () => void (await flight.deliver()),
      },
      work,
    );
  }
  await time.run();
  return { requests, refused };
}

describe('on a hostile network (14 s each way, 30 % of replies lost, 5 % very slow handlers, lost access cookies)', () => {
  /** The seeds of the first six that send most; `npm run lab` tries any number of browsers. */
  it.each([2, 3, 5])(
    'never refuses an honest browser on a hostile network (seed %i)',
    async (seed) => {
      const { requests, refused } = await live(await app.signedIn(), seed, 2400);
      expect(requests).toBeGreaterThan(100);
      expect(refused).toEqual([]);
      expect(rotations()).toBeGreaterThan(3);
    },
  );
});

describe('when the store is out', () => {
  it('serves a valid access token while the store is out', async () => {
    const browser = await app.signedIn();
    app.store.out = true;
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });

  it('answers a refresh 503 with Retry-After while the store is out, keeps the cookies and recovers', async () => {
    const browser = await app.signedIn();
    const before = browser.cookies().get(REFRESH);
    app.clock.advance(60);
    app.store.out = true;
    const reply = await browser.request(DASHBOARD);
    expect([reply.status, reply.headers.get('retry-after'), reply.setCookies]).toEqual([
      503,
      '1',
      [],
    ]);
    expect(JSON.parse(reply.body).error.data).toMatchObject({
      reason: 'store_unavailable',
      code: 'SERVICE_UNAVAILABLE',
      retryAfterSeconds: 1,
    });
    for (const path of ['/trpc/auth.refresh', '/trpc/auth.logout']) {
      const attempt = await browser.post(path);
      expect([attempt.status, attempt.setCookies]).toEqual([503, []]);
    }
    expect(browser.cookies().get(REFRESH)).toBe(before);
    app.store.out = false;
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });

  it('answers a sign-in 503 while the store is out and sets no cookie', async () => {
    app.store.out = true;
    const reply = await app
      .browser()
      .post('/trpc/auth.login', { username: 'alice', password: 'password' });
    expect([reply.status, reply.setCookies]).toEqual([503, []]);
  });

  it('writes acknowledgements once the store is back', async () => {
    const browser = await app.signedIn();
    app.store.out = true;
    await browser.request(DASHBOARD);
    await app.layer.flush();
    expect(app.events.at(-1)).toMatchObject({ kind: 'acknowledgements.delayed', pending: 1 });
    app.store.out = false;
    await app.layer.flush();
    const id = app.decisions.at(-1)?.session.principal?.sessionId ?? '';
    expect((await app.store.find(id))?.acknowledgedAt).toBe(app.clock.now());
  });
});
