import { randomSecret } from '@latchkey/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type MovingLibrary,
  movingLibrary,
  PASSWORD,
  type Reader,
} from '../moving/testing/moving-library.ts';
import { handOver, type LibraryAuth, libraryAuth } from './hand-over.ts';

const KEEP = 60;

let library: MovingLibrary;
let auth: LibraryAuth;
beforeAll(async () => {
  library = await movingLibrary();
  auth = libraryAuth(library.origin, randomSecret(32).toString('base64url'));
}, 60_000);
afterAll(() => library.close());

const deploy = async (verifiedOnly: boolean) =>
  library.deploy(await handOver(auth, library.deployment, { keepOldSeconds: KEEP, verifiedOnly }));

async function withBetterAuth(reader: Reader, path: string, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json', origin: library.origin };
  return (
    await reader.browser.request(`/api/auth/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
  ).status;
}

let readers = 0;
let email: string;
let reader: Reader;
beforeEach(async () => {
  await deploy(false);
  email = `reader-${++readers}@example.com`;
  await library.library.addAccount(email, PASSWORD);
  reader = library.readerWith(library.newBrowser());
  expect(
    await withBetterAuth(reader, 'sign-up/email', { email, name: 'A reader', password: PASSWORD }),
  ).toBe(200);
});

it('the bridge replaces a better-auth session within one request, and drops its cookie later', async () => {
  await Promise.all(Array.from({ length: 20 }, () => reader.loans()));
  await reader.loans();
  expect(await library.liveSessionsOf(email)).toHaveLength(1);
  library.clock.advance(KEEP);
  await reader.loans();
  expect(reader.browser.cookies().has('better-auth.session_token')).toBe(false);
  library.clock.advance(600);
  await reader.loans();
  expect(new Set(reader.statuses)).toEqual(new Set([200]));
});

it('a sign-out ends the better-auth session and its successor, and a later session moves again', async () => {
  const copy = library.readerWith(reader.browser.copy());
  await reader.loans();
  expect((await reader.browser.post('/trpc/auth.logout')).status).toBe(200);
  expect([(await reader.loans()).status, (await copy.loans()).status]).toEqual([401, 401]);
  expect(await withBetterAuth(reader, 'sign-in/email', { email, password: PASSWORD })).toBe(200);
  expect((await reader.loans()).status).toBe(200);
});

it('the bridge identifies no user by an unverified e-mail address', async () => {
  await deploy(true);
  expect((await reader.loans()).status).toBe(401);
});
