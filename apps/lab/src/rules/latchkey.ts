import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  type SessionStore,
  type User,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { ACCESS_SECONDS, GRACE_SECONDS } from '../simulation/plan.ts';
import type { Answer, Caller, Contender, Rule } from '../simulation/rule.ts';

/** One key ring for all sessions, because key generation is not under test. */
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 7').toString('base64url'),
]);
/**
 * Milliseconds between two renamings of the user; each refresh token is bound to one of the names.
 */
const RENAMED_EVERY_MS = 7 * 60_000;

function userAt(now: number): User {
  const username = `bob ${Math.floor(now / RENAMED_EVERY_MS)}`;
  return { id: 'u', username, role: 'User', tokenVersion: 0, disabled: false };
}

/** Separator between a refresh token and the username: the two cookies are always set together. */
const BESIDE = ' beside ';
const clients = {
  browser: { userAgent: 'browser', ipAddress: '192.0.2.1' },
  thief: { userAgent: 'thief', ipAddress: '192.0.2.66' },
};

/**
 * The product itself: the session layer of `@latchkey/core` with its own store, tokens, keys and
 * clock. No rule is restated here.
 */
export const latchkey: Rule = { name: 'Latchkey', start: startLatchkey };

function startLatchkey(): Contender {
  const clock = settableClock();
  const users = { findUser: async () => userAt(clock.now()) };
  let memory = memorySessionStore();
  let sessionId = '';
  let suspected = false;
  /** A proxy that forwards to the current store, because a simulated restore replaces the store. */
  const store = new Proxy({} as SessionStore, {
    get: (_target, verb: keyof SessionStore) => memory[verb],
  });
  const options = { accessTokenSeconds: ACCESS_SECONDS, graceSeconds: GRACE_SECONDS };
  const start = () =>
    createSessionLayer({
      options,
      ring,
      store,
      users,
      clock,
      onEvent: ({ kind }) => {
        suspected ||= kind === 'session.shared';
      },
    });
  let layer = start();

  async function request(
    access: string | null,
    refresh: string,
    caller: Caller,
    now: number,
  ): Promise<Answer> {
    clock.set(now);
    const known = layer.authenticate(access === null ? [] : [access], now);
    if (known.kind === 'authenticated')
      return { served: true, reason: 'access token', cookies: null };
    const [token = '', username = ''] = refresh.split(BESIDE);
    const outcome = await layer.refresh(
      { refreshTokens: [token], usernames: [username] },
      clients[caller],
    );
    if (outcome.kind === 'refused') return { served: false, reason: outcome.reason, cookies: null };
    const {
      accessToken,
      accessTokenSeconds,
      refreshToken,
      username: name,
      decidedAt,
    } = outcome.grant;
    const cookies = {
      access: accessToken,
      accessExpiresAt: now + accessTokenSeconds * 1000,
      refresh: refreshToken && refreshToken + BESIDE + name,
      decidedAt,
    };
    return { served: true, reason: outcome.decision, cookies };
  }

  return {
    async signIn(now) {
      clock.set(now);
      const grant = await layer.issue(userAt(now), clients.browser);
      sessionId = grant.sessionId;
      return {
        access: grant.accessToken,
        accessExpiresAt: now + grant.accessTokenSeconds * 1000,
        refresh: `${grant.refreshToken}${BESIDE}${grant.username}`,
      };
    },
    request,
    isTooLate(decidedAt, now) {
      clock.set(now);
      return layer.isTooLateToSet({ decidedAt });
    },
    settle: () => layer.flush(),
    restart() {
      // The old layer is not closed: its pending writes are lost, as in a crash.
      layer = start();
    },
    async snapshot() {
      const record = await memory.find(sessionId);
      return async () => {
        memory = memorySessionStore();
        if (record) await memory.create(record);
      };
    },
    isEnded: async () => (await memory.find(sessionId))?.revokedAt !== null,
    suspects: () => suspected,
  };
}
