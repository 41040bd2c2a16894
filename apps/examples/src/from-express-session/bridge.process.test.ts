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
/** A thief's browser that has the old cookie alone, copied before the move. */
let thief: Reader;
beforeEach(async () => {
  await library.deploy(await stepZero(library.deployment));
  name = `reader ${++readers}`;
  reader = await library.signedIn(name);
  thief = library.readerWith(reader.browser.copy());
  await library.deploy(await stepOne(library.deployment, { keepOldSeconds: KEEP }));
});

/** Moves a browser from its old session to a new one, and waits until the old one is dropped. */
async function crossOver(): Promise<void> {
  for (let request = 0; request < 2; request++) expect((await reader.loans()).status).toBe(200);
  library.clock.advance(KEEP);
  expect((await reader.loans()).status).toBe(200);
  expect(reader.browser.cookies().has('library.sid')).toBe(false);
}

const signOut = (who: Reader) => who.browser.post('/trpc/auth.logout');

describe('sign-out while sessions move', () => {
  it('a sign-out ends both sessions, and a copy of the old session id is refused', async () => {
    await reader.loans();
    const kept = await library.oldSessions();
    expect((await signOut(reader)).status).toBe(200);
    expect(await library.oldSessions()).toBe(kept - 1);
    expect(await library.liveSessionsOf(name)).toEqual([]);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
  });

  it("a sign-out ends the old session if it is the browser's first request", async () => {
    expect((await signOut(reader)).status).toBe(200);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
  });

  it('a signed-out browser stays so though a request under way writes the old session back', async () => {
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

  it('a request whose session is being moved is refused if its user signs out', async () => {
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

  it('a sign-out ends every session that twenty parallel requests on two nodes were given', async () => {
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

  it('the old session ends when an administrator revokes the new one', async () => {
    await reader.loans();
    const [id] = await library.liveSessionsOf(name);
    await library.layer().revoke(id ?? '', 'administrator');
    expect((await thief.loans()).status).toBe(401);
  });

  it('the old session stays ended after another user signs in and out', async () => {
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

  it('the bridge gives a blocked account no new session', async () => {
    await library.pool.query('update accounts set blocked = true where name = $1', [name]);
    expect((await reader.loans()).status).toBe(401);
    expect(await library.liveSessionsOf(name)).toEqual([]);
  });
});

describe('a copy of the old session id', () => {
  it('a copied old session id is accepted until its browser has moved, and refused afterwards', async () => {
    expect((await thief.loans()).status).toBe(200);
    library.clock.advance(KEEP);
    await crossOver();
    expect((await library.readerWith(thief.browser).loans()).status).toBe(401);
  });

  it('a copied old session id ends both sessions if its browser has presented the new one', async () => {
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

  it('a copied old session id that moved first is detected when its browser returns', async () => {
    await thief.loans();
    await thief.loans();
    library.clock.advance(KEEP);
    expect((await reader.loans()).status).toBe(401);
    expect((await thief.loans()).status).toBe(401);
  });

  it('a copied old session id is refused after the old session was dropped', async () => {
    await crossOver();
    expect((await thief.loans()).status).toBe(401);
    expect((await reader.loans()).status).toBe(200);
  });
});

/**
 * Follows a link from another site as a browser does; Node's fetch cannot set these headers.
 *
 * @returns the status of the response
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

describe('cross-site requests', () => {
  it('a followed cross-site link with the old cookie moves and ends no session', async () => {
    expect(await follow(thief)).toBe(401);
    expect(await library.liveSessionsOf(name)).toEqual([]);
    await reader.loans();
    await reader.loans();
    library.clock.advance(KEEP);
    expect(await follow(thief)).toBe(401);
    expect((await reader.loans()).status).toBe(200);
  });

  it('unsafe cross-site requests are refused before they reach the bridge', async () => {
    const { status } = await reader.browser.request('/trpc/borrow', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: '"Emma"',
    });
    expect(status).toBe(403);
    expect(await library.liveSessionsOf(name)).toEqual([]);
  });
});
