import {
  type Client,
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  type RefreshOutcome,
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
  let requests = 0;
  /** Called when the store is asked next. */
  let whenAsked: (() => void) | null = null;
  /** A proxy that forwards to the current store, because a simulated restore replaces the store. */
  const store = new Proxy({} as SessionStore, {
    get: (_target, verb: keyof SessionStore) => {
      whenAsked?.();
      return memory[verb];
    },
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

  /**
   * Every other request is one of three at once, as a page sends them: two come together, and one
   * comes when the store is being asked. The answer of each in turn arrives; the others are lost.
   */
  async function refreshTogether(refresh: string, client: Client): Promise<RefreshOutcome> {
    const [token = '', username = ''] = refresh.split(BESIDE);
    const once = () => layer.refresh({ refreshTokens: [token], usernames: [username] }, client);
    requests += 1;
    if (requests % 2 === 0) return once();
    const late = new Promise<RefreshOutcome>((resolve) => {
      whenAsked = () => {
        whenAsked = null;
        resolve(once());
      };
    });
    const [first, ...others] = await Promise.all([once(), once(), late]);
    return [first, ...others][requests % 3] ?? first;
  }

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
    const outcome = await refreshTogether(refresh, clients[caller]);
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
