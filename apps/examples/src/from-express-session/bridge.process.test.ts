import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type MovingLibrary,
  movingLibrary,
  PASSWORD,
  type Reader,
} from '../moving/testing/moving-library.ts';
import { stepZero } from './step-0.ts';
import { stepOneFromExpressSession as stepOne } from './step-1.ts';

const KEEP = 60;

let library: MovingLibrary;
beforeAll(async () => {
  library = await movingLibrary();
}, 60_000);
afterAll(() => library.close());

let readers = 0;
let name: string;
let reader: Reader;
/** Another jar with the old cookie alone, as somebody has it who copied it before the move. */
let thief: Reader;
beforeEach(async () => {
  await library.deploy(await stepZero(library.deployment));
  name = `reader ${++readers}`;
  reader = await library.signedIn(name);
  thief = library.readerWith(reader.browser.copy());
  await library.deploy(await stepOne(library.deployment, { keepOldSeconds: KEEP }));
});

/** Crosses, shows that it holds the new session, and a while later gives up the old one. */
async function crossOver(): Promise<void> {
  for (let request = 0; request < 2; request++) expect((await reader.loans()).status).toBe(200);
  library.clock.advance(KEEP);
  expect((await reader.loans()).status).toBe(200);
  expect(reader.browser.cookies().has('library.sid')).toBe(false);
}

const signOut = (who: Reader) => who.browser.post('/trpc/auth.logout');

describe('whatever ends one session ends the other', () => {
  it('signing out on the way over: the old session is gone, and a copy of its id opens nothing', async () => {
    await reader.loans();
    const kept = await library.oldSessions();
    expect((await signOut(reader)).status).toBe(200);
    expect(await library.oldSessions()).toBe(kept - 1);
    expect(await library.liveSessionsOf(name)).toEqual([]);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
  });

  it('as the very first request of a browser', async () => {
    expect((await signOut(reader)).status).toBe(200);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
  });

  it('though a request that was under way writes the old session back', async () => {
    const { rows } = await library.pool.query('select * from session');
    await reader.loans();
    await signOut(reader);
    for (const { sid, sess, expire } of rows)
      await library.pool.query('insert into session values ($1, $2, $3) on conflict do nothing', [
        sid,
        sess,
        expire,
      ]);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
  });

  it('while another request is on its way over: that one is not let in', async () => {
    await reader.loans();
    const { pool } = library;
    const lock = await pool.connect();
    await lock.query('begin');
    await lock.query('lock table accounts in access exclusive mode');
    const straggler = thief.loans();
    await expect
      .poll(async () => (await pool.query('select 1 from pg_locks where not granted')).rowCount)
      .toBe(1);
    expect((await signOut(reader)).status).toBe(200);
    await lock.query('commit');
    lock.release();
    expect((await straggler).status).toBe(401);
  });

  it('in the midst of twenty requests on two nodes: none of what they were given opens anything', async () => {
    await library.deploy(await stepOne(library.deployment), await stepOne(library.deployment));
    const flights = Array.from({ length: 20 }, () => reader.browser.send('/trpc/loans'));
    const crossing = flights.map((flight) => flight.arrive());
    await crossing[0];
    const leaving = reader.browser.send('/trpc/auth.logout', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    await Promise.all([...crossing, leaving.arrive()]);
    expect((await leaving.arrive()).status).toBe(200);
    expect(await library.liveSessionsOf(name)).toEqual([]);
    for (const flight of [leaving, ...flights]) await flight.deliver();
    library.clock.advance(600);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
  });

  it('ended by somebody else, an administrator for example', async () => {
    await reader.loans();
    const [id] = await library.liveSessionsOf(name);
    await library.layer().revoke(id ?? '', 'administrator');
    expect((await thief.loans()).status).toBe(401);
  });

  it('signing in as somebody else: the old session does not come back after them', async () => {
    await library.signedIn('someone else');
    await reader.loans();
    expect(
      (await reader.browser.post('/trpc/signIn', { name: 'someone else', password: PASSWORD }))
        .status,
    ).toBe(200);
    await reader.loans();
    await signOut(reader);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
    expect(await library.liveSessionsOf(name)).toEqual([]);
  });

  it('blocked meanwhile: nobody crosses', async () => {
    await library.pool.query('update accounts set blocked = true where name = $1', [name]);
    expect((await reader.loans()).status).toBe(401);
    expect(await library.liveSessionsOf(name)).toEqual([]);
  });
});

describe('a copy of the old id', () => {
  it('is as good as it ever was until its browser has moved on, and nothing after', async () => {
    expect((await thief.loans()).status).toBe(200);
    library.clock.advance(KEEP);
    await crossOver();
    expect((await library.readerWith(thief.browser).loans()).status).toBe(401);
  });

  it('that comes after its browser has shown the new session for a while ends both', async () => {
    await reader.loans();
    await reader.loans();
    library.clock.advance(KEEP);
    expect((await thief.loans()).status).toBe(401);
    expect((await reader.loans()).status).toBe(401);
    const { rows } = await library.pool.query(
      'select revoked_reason from latchkey_sessions where username = $1',
      [name],
    );
    expect(rows).toEqual([{ revoked_reason: 'reuse' }]);
  });

  it('that crossed first is caught when its browser comes', async () => {
    await thief.loans();
    await thief.loans();
    library.clock.advance(KEEP);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
  });

  it('that comes after the old session was given up opens nothing, and the browser goes on', async () => {
    await crossOver();
    expect((await thief.loans()).status).toBe(401);
    expect((await reader.loans()).status).toBe(200);
  });
});

/**
 * As a browser follows a link from another site; Node's fetch does not let anybody say so. @returns
 * the status
 */
async function follow(who: Reader): Promise<number | undefined> {
  const { cookieHeader: cookie } = who.browser.send('/trpc/loans');
  const link = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  };
  const [response] = (await once(
    get(`${library.origin}/trpc/loans`, { headers: { cookie, ...link } }),
    'response',
  )) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('requests from elsewhere', () => {
  it('do not cross, though a link that is followed brings the old cookie, and end nothing', async () => {
    expect(await follow(thief)).toBe(401);
    expect(await library.liveSessionsOf(name)).toEqual([]);
    await reader.loans();
    await reader.loans();
    library.clock.advance(KEEP);
    expect(await follow(thief)).toBe(401);
    expect((await reader.loans()).status).toBe(200);
  });

  it('that change something are refused before the bridge', async () => {
    const { status } = await reader.browser.request('/trpc/borrow', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: '"Emma"',
    });
    expect(status).toBe(403);
    expect(await library.liveSessionsOf(name)).toEqual([]);
  });
});
