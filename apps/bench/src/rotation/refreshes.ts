import {
  createSessionLayer,
  deriveKeyRing,
  newSessionId,
  type SessionRecord,
  type SessionStore,
  systemClock,
} from '@latchkey/core';
import { refreshTokenFor } from '@latchkey/core/testing';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { WRITTEN } from './rotations.ts';

const GENERATION = 7;
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

/** The cookies that a browser presents for a refresh. */
export interface Held {
  readonly username: string;
  readonly refreshToken: string;
}

/**
 * Returns session number `n` with its browser's cookies. Each session belongs to another user and
 * is in the middle of its life.
 */
export function sessionInUse(
  n: number,
  expiresAt: number,
  name = 'user',
): { readonly record: SessionRecord; readonly held: Held } {
  const username = `${name}-${String(n).padStart(8, '0')}`;
  const { sessionId, secretHash, token } = refreshTokenFor(
    ring,
    { sessionId: newSessionId(username), generation: GENERATION, userId: username },
    username,
  );
  const lastUse = Date.now();
  const ids = { id: sessionId, userId: username, username, generation: GENERATION, secretHash };
  const dates = {
    createdAt: lastUse,
    lastSeenAt: lastUse,
    deliveredAt: lastUse,
    acknowledgedAt: lastUse,
  };
  const record = sessionRecord({
    ...WRITTEN,
    ...ids,
    ...dates,
    idleExpiresAt: expiresAt,
    absoluteExpiresAt: expiresAt,
  });
  return { record, held: { username, refreshToken: token } };
}

/**
 * Repeats whole refreshes: parse and verify the token, make and seal the successor, write, sign the
 * access token. The browsers take turns; each waits for its response first.
 */
export function refreshes(store: SessionStore, browsers: readonly Held[]): () => Promise<void> {
  const waiting = [...browsers];
  const layer = createSessionLayer({
    /** With a grace of 0 every presented token is rotated, so that each call is a whole refresh. */
    options: { graceSeconds: 0 },
    ring,
    store,
    users: {
      findUser: async (id) => ({
        id,
        username: id,
        role: 'User',
        tokenVersion: 0,
        disabled: false,
      }),
    },
    clock: systemClock,
  });
  const client = { userAgent: WRITTEN.userAgent, ipAddress: WRITTEN.ipAddress };
  return async () => {
    const held = waiting.shift();
    if (!held)
      throw new Error(
        'every browser is still waiting for its response: this machine is too busy for a measurement',
      );
    const outcome = await layer.refresh(
      { refreshTokens: [held.refreshToken], usernames: [held.username] },
      client,
    );
    if (outcome.kind !== 'refreshed' || outcome.grant.refreshToken === null)
      throw new Error(`a refresh had the outcome ${JSON.stringify(outcome)}`);
    waiting.push({ username: held.username, refreshToken: outcome.grant.refreshToken });
  };
}
