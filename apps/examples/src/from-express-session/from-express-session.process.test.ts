import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stepTwo } from '../moving/step-2.ts';
import {
  type MovingLibrary,
  movingLibrary,
  type Reader,
} from '../moving/testing/moving-library.ts';
import { stepZero } from './step-0.ts';
import { stepOneFromExpressSession as stepOne } from './step-1.ts';

const DAY = 86_400;
const KEEP = 60;

let library: MovingLibrary;
beforeAll(async () => {
  library = await movingLibrary();
}, 60_000);
afterAll(() => library.close());

let readers = 0;
/** Returns a new username, so that each test has its own users. */
const newName = () => `reader ${++readers}`;

describe('moving from express-session', () => {
  it('moving from express-session signs no user out in any step, active or back after days', async () => {
    await library.deploy(await stepZero(library.deployment));
    const names = Array.from({ length: 5 }, newName);
    const people: Reader[] = [];
    for (const name of names) people.push(await library.signedIn(name));
    const [idle, ...busy] = people as [Reader, ...Reader[]];
    for (const person of people) await person.borrow('Middlemarch');

    await library.deploy(await stepOne(library.deployment, { keepOldSeconds: KEEP }));
    for (let hour = 0; hour < 6; hour++) {
      await Promise.all(
        busy.flatMap((person) => [person.loans(), person.borrow('Emma'), person.loans()]),
      );
      library.clock.advance(3_600);
    }
    library.clock.advance(5 * DAY);
    await Promise.all([idle, ...busy].flatMap((person) => [person.loans(), person.loans()]));
    for (const person of people) await person.loans();
    library.clock.advance(KEEP);
    for (const person of people) await person.loans();
    expect(await library.oldSessions()).toBe(0);

    await library.deploy(await stepTwo(library.deployment));
    for (let hour = 0; hour < 3; hour++) {
      for (const person of people) await person.loans();
      library.clock.advance(3_600);
    }
    expect(new Set(people.flatMap(({ statuses }) => statuses))).toEqual(new Set([200]));
    expect(JSON.parse((await idle.loans()).body).result.data).toEqual(['Middlemarch']);
    for (const name of names) expect(await library.liveSessionsOf(name)).toHaveLength(1);
    for (const { browser } of people) expect(browser.cookies().has('library.sid')).toBe(false);
  });

  it('a user who comes back after the bridge is closed is signed out', async () => {
    await library.deploy(await stepZero(library.deployment));
    const late = await library.signedIn(newName());
    await library.deploy(await stepOne(library.deployment));
    await library.deploy(await stepTwo(library.deployment));
    expect((await late.loans()).status).toBe(401);
  });

  it('the move can be rolled back without a sign-out while old sessions are kept', async () => {
    await library.deploy(await stepZero(library.deployment));
    const [ada, bob] = [await library.signedIn(newName()), await library.signedIn(newName())];
    await library.deploy(await stepOne(library.deployment, { keepOldSeconds: 7 * DAY }));
    await ada.loans();
    library.clock.advance(DAY);
    await ada.loans();
    await library.deploy(await stepZero(library.deployment));
    expect([(await ada.loans()).status, (await bob.loans()).status]).toEqual([200, 200]);
    await library.deploy(await stepOne(library.deployment));
    expect([(await ada.loans()).status, (await bob.loans()).status]).toEqual([200, 200]);
  });

  it('pages loaded before the move still sign in and out under the old names', async () => {
    await library.deploy(await stepOne(library.deployment));
    const ada = await library.signedIn(newName());
    expect((await ada.loans()).status).toBe(200);
    expect((await ada.browser.post('/trpc/signOut')).status).toBe(200);
    expect((await ada.loans()).status).toBe(401);
  });
});

describe('twenty parallel requests of one browser with an old session', () => {
  let name: string;
  let reader: Reader;
  beforeEach(async () => {
    await library.deploy(await stepZero(library.deployment));
    name = newName();
    reader = await library.signedIn(name);
  });
  afterEach(() => expect(reader.statuses.every((status) => status === 200)).toBe(true));
  const twenty = () => Promise.all(Array.from({ length: 20 }, () => reader.loans()));

  it('twenty parallel requests with an old session start one new session on one node', async () => {
    await library.deploy(await stepOne(library.deployment));
    await twenty();
    expect(await library.liveSessionsOf(name)).toHaveLength(1);
    await twenty();
    expect(await library.liveSessionsOf(name)).toHaveLength(1);
  });

  it('parallel requests start one session on each node, and all but one end with the old one', async () => {
    await library.deploy(await stepOne(library.deployment), await stepOne(library.deployment));
    await twenty();
    expect(await library.liveSessionsOf(name)).toHaveLength(2);
    await twenty();
    library.clock.advance(KEEP);
    await twenty();
    const held = await library.liveSessionsOf(name);
    expect(held).toHaveLength(1);
    library.clock.advance(600);
    await twenty();
    expect(await library.liveSessionsOf(name)).toEqual(held);
  });

  it('parallel requests with lost responses leave one session', async () => {
    await library.deploy(await stepOne(library.deployment, { keepOldSeconds: KEEP }));
    await Promise.all(
      Array.from({ length: 20 }, () => reader.browser.send('/trpc/loans').arrive()),
    );
    library.clock.advance(DAY);
    await twenty();
    expect(await library.liveSessionsOf(name)).toHaveLength(2);
    await reader.loans();
    library.clock.advance(KEEP);
    await reader.loans();
    expect(await library.liveSessionsOf(name)).toHaveLength(1);
  });
});
