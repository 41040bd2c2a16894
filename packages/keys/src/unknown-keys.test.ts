import type { SessionStore } from '@latchkey/core';
import {
  createSessionLayer,
  memorySessionStore,
  parseSessionOptions,
  type SessionLayer,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyLifetimes, type ManagedKey } from './key-lifecycle.ts';
import { accessKey, macKey } from './testing/test-keys.ts';
import { type WatchedKeys, watchKeys } from './watch-keys.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const users = { findUser: async () => alice };

let clock: ReturnType<typeof settableClock>;
let shared: ManagedKey[];
/** How often this node has looked for keys. */
let looks: number;
let keys: WatchedKeys[];
let store: SessionStore;
let here: SessionLayer;
let there: SessionLayer;
beforeEach(async () => {
  clock = settableClock();
  shared = [accessKey('a', clock.now()), macKey('m', 'refresh-token', clock.now())];
  const source = {
    async load() {
      looks += 1;
      return shared;
    },
  };
  const follow = () =>
    watchKeys({
      source,
      lifetimes: keyLifetimes(parseSessionOptions()),
      clock,
      reloadSeconds: 1_000,
    });
  keys = [await follow(), await follow()];
  store = memorySessionStore();
  [here, there] = keys.map(({ ring }) => createSessionLayer({ ring, store, clock, users })) as [
    SessionLayer,
    SessionLayer,
  ];
  looks = 0;
});
afterEach(() => {
  for (const followed of keys) followed.close();
});

/** Rolls keys over, which the other node knows at once and this one does not. */
async function rollOver(): Promise<void> {
  shared = [...shared, accessKey('b', clock.now()), macKey('n', 'refresh-token', clock.now())];
  await keys[1]?.reload();
  looks = 0;
}

describe('an access token of a key that another node signs with from now on', () => {
  it('is worth a look for the key, and holds after it', async () => {
    await rollOver();
    const { accessToken } = await there.issue(alice, client);
    expect(here.authenticate([accessToken], clock.now())).toEqual({
      kind: 'anonymous',
      reason: 'access_token_invalid',
    });
    await here.findKeys(['junk', accessToken]);
    expect([here.authenticate([accessToken], clock.now()).kind, looks]).toEqual([
      'authenticated',
      1,
    ]);
    expect(here.findKeys([accessToken])).toBeNull();
  });

  it('is what is looked for, and nothing else', () => {
    expect([here.findKeys([]), here.findKeys(['junk']), looks]).toEqual([null, null, 0]);
  });
});

describe('a refresh token that was made under such a key', () => {
  it('refreshes, after one look, whatever comes with it', async () => {
    await rollOver();
    const { refreshToken } = await there.issue(alice, client);
    expect(
      await here.refresh(
        { refreshTokens: ['junk', refreshToken ?? ''], usernames: ['alice'] },
        client,
      ),
    ).toMatchObject({ kind: 'refreshed' });
    expect(looks).toBe(1);
  });

  it('ends its session at sign-out', async () => {
    await rollOver();
    const { refreshToken, sessionId } = await there.issue(alice, client);
    await here.revokePresentedSessions(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      'signed_out',
      client,
    );
    expect((await store.find(sessionId))?.revokedReason).toBe('signed_out');
  });
});

it('what has not the form of a token, or is known, costs no look', async () => {
  const { refreshToken } = await there.issue(alice, client);
  expect(
    await here.refresh(
      { refreshTokens: ['junk', refreshToken ?? ''], usernames: ['alice'] },
      client,
    ),
  ).toMatchObject({ kind: 'refreshed' });
  expect(looks).toBe(0);
});
