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
/** How often the key source was read. */
let reads: number;
let keys: WatchedKeys[];
let store: SessionStore;
let here: SessionLayer;
let there: SessionLayer;
beforeEach(async () => {
  clock = settableClock();
  shared = [accessKey('a', clock.now()), macKey('m', 'refresh-token', clock.now())];
  const source = {
    async load() {
      reads += 1;
      return shared;
    },
  };
  const watch = () =>
    watchKeys({
      source,
      lifetimes: keyLifetimes(parseSessionOptions()),
      clock,
      reloadSeconds: 1_000,
    });
  keys = [await watch(), await watch()];
  store = memorySessionStore();
  [here, there] = keys.map(({ ring }) => createSessionLayer({ ring, store, clock, users })) as [
    SessionLayer,
    SessionLayer,
  ];
  reads = 0;
});
afterEach(() => {
  for (const watched of keys) watched.close();
});

/** Rotates the keys: the other node (`there`) has reloaded them, this one has not. */
async function rotateKeys(): Promise<void> {
  shared = [...shared, accessKey('b', clock.now()), macKey('n', 'refresh-token', clock.now())];
  await keys[1]?.reload();
  reads = 0;
}

describe('findKeys, given an access token of a key that this node does not have', () => {
  it('reads the key source once for an unknown access-token key, and then accepts the token', async () => {
    await rotateKeys();
    const { accessToken } = await there.issue(alice, client);
    expect(here.authenticate([accessToken], clock.now())).toEqual({
      kind: 'anonymous',
      reason: 'access_token_invalid',
    });
    await here.findKeys(['junk', accessToken]);
    expect([here.authenticate([accessToken], clock.now()).kind, reads]).toEqual([
      'authenticated',
      1,
    ]);
    expect(here.findKeys([accessToken])).toBeNull();
  });

  it('does not read the key source without a token that names an unknown key', () => {
    expect([here.findKeys([]), here.findKeys(['junk']), reads]).toEqual([null, null, 0]);
  });
});

describe('a refresh token under a MAC key that this node does not have', () => {
  it('refreshes under an unknown MAC key after one read of the source, also beside a malformed token', async () => {
    await rotateKeys();
    const { refreshToken } = await there.issue(alice, client);
    expect(
      await here.refresh(
        { refreshTokens: ['junk', refreshToken ?? ''], usernames: ['alice'] },
        client,
      ),
    ).toMatchObject({ kind: 'refreshed' });
    expect(reads).toBe(1);
  });

  it('sign-out revokes the session of a refresh token under an unknown MAC key', async () => {
    await rotateKeys();
    const { refreshToken, sessionId } = await there.issue(alice, client);
    await here.revokePresentedSessions(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      'signed_out',
      client,
    );
    expect((await store.find(sessionId))?.revokedReason).toBe('signed_out');
  });
});

it('does not read the key source for malformed tokens and tokens of known keys', async () => {
  const { refreshToken } = await there.issue(alice, client);
  expect(
    await here.refresh(
      { refreshTokens: ['junk', refreshToken ?? ''], usernames: ['alice'] },
      client,
    ),
  ).toMatchObject({ kind: 'refreshed' });
  expect(reads).toBe(0);
});
