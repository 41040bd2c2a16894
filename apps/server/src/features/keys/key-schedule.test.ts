import { SYSTEM } from '@latchkey/core';
import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

const DAY = 86_400;

let app: TestServer;
let admin: Browser;
beforeEach(async () => {
  app = await startApp({
    session: { accessTokenSeconds: 60 },
    variables: { JWT_ALGORITHM: 'ES256' },
  });
});
afterEach(() => app.close());

async function signInAsAdmin(): Promise<void> {
  admin = app.browser();
  await admin.post('/login', { username: 'admin', password: 'password' });
}
const statuses = async (wanted: string) =>
  (
    (await caller(admin).query<{ purpose: string; status: string }[]>('admin.keys')).data ?? []
  ).flatMap(({ purpose, status }) => (purpose === wanted ? [status] : []));
const rotations = () => app.auditLog.list({ kind: 'keys.rotated', limit: 100 });

describe('the rotation schedule', () => {
  it('rotates the key of each purpose once on its schedule, and deletes expired keys', async () => {
    const counts = async () =>
      Promise.all(
        ['access-token', 'refresh-token'].map(async (purpose) =>
          (await statuses(purpose)).join(' '),
        ),
      );
    const again = async (): Promise<void> => {
      await app.keyChanges.rotateDueKeys(SYSTEM);
      await app.keyChanges.rotateDueKeys(SYSTEM);
      await signInAsAdmin();
    };
    app.clock.advance(30 * DAY - 601);
    await again();
    expect(await counts()).toEqual(['current', 'current']);
    app.clock.advance(1);
    await again();
    expect(await counts()).toEqual(['current next', 'current']);
    app.clock.advance(600);
    expect(await counts()).toEqual(['retired current', 'current']);
    app.clock.advance(60 * DAY - 600);
    await again();
    expect(await counts()).toEqual(['current next', 'current next']);
    app.clock.advance(270 * DAY);
    await again();
    expect(await counts()).toEqual(['current next', 'current next']);
    expect((await rotations()).map(({ actorId }) => actorId)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
