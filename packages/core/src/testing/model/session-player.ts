import type { LayerEvent } from '../../audit/security-event.ts';
import { deriveKeyRing } from '../../keys/derived-keys.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Grant } from '../../session/grant.ts';
import type {
  SessionCursor,
  SessionPage,
  SessionRecord,
  SessionStore,
} from '../../session/session-store.ts';
import { createSessionLayer } from '../../session-layer.ts';
import { parseRefreshToken } from '../../token/refresh-token.ts';
import { refreshTokenFor } from '../refresh-token-for.ts';
import { comparableWords } from './comparable-words.ts';
import { purgeAll } from './purge-all.ts';
import type { History, Step } from './session-history.ts';

const RING = deriveKeyRing([
  Buffer.from('the secret of these tests, number 7').toString('base64url'),
]);
const BROWSERS = [
  { userAgent: 'one', ipAddress: '192.0.2.1' },
  { userAgent: null, ipAddress: null },
] as const;

/** The tokens of one session that a browser received, the oldest first. */
interface Held {
  readonly id: string;
  readonly user: Person;
  readonly refreshTokens: string[];
  readonly accessTokens: string[];
}

interface Person {
  readonly id: string;
  readonly username: string;
  tokenVersion: number;
}

/**
 * Plays steps against one store, and returns the visible result of each, comparable across stores.
 */
export interface SessionPlayer {
  /**
   * Plays a step of a random history. Returns its result and events, then all records and the lists
   * of both users.
   */
  play(step: Step): Promise<unknown>;
  /** The current record of a session; `null` if it was deleted, or not issued yet. */
  recordOf(session: number): Promise<SessionRecord | null>;
  /** Restarts the server, with this store if one is given. */
  restart(store?: SessionStore): Promise<void>;
  close(): Promise<void>;
}

/** @param userIds ids that no other history on this store has used */
export function sessionPlayer(
  store: SessionStore,
  clock: Clock,
  options: History['options'],
  userIds: readonly [string, string],
): SessionPlayer {
  const [aliceId, bobId] = userIds;
  const alice: Person = { id: aliceId, username: 'alice', tokenVersion: 0 };
  const bob: Person = { id: bobId, username: 'bob', tokenVersion: 0 };
  const people = [alice, bob] as const;
  const userOf = (person: Person) => ({ ...person, role: 'User', disabled: false });
  const users = {
    findUser: async (userId: string) => people.map(userOf).find(({ id }) => id === userId) ?? null,
    async raiseTokenVersion(userId: string) {
      const person = people.find(({ id }) => id === userId);
      if (!person) return null;
      person.tokenVersion += 1;
      return person.tokenVersion;
    },
  };
  const sessions: Held[] = [];
  const events: LayerEvent[] = [];
  const { names, inWords, inAnyOrder } = comparableWords();
  const start = () =>
    createSessionLayer({
      options,
      ring: RING,
      store,
      users,
      clock,
      onEvent: (event) => events.push(event),
    });
  let layer = start();

  const heldOf = (session: number) => sessions.at(-1 - (session % sessions.length));
  const pick = (tokens: readonly string[], back: number) => tokens.at(-1 - back) ?? tokens[0] ?? '';
  const parsed = (token: string) =>
    parseRefreshToken(
      RING,
      token,
      people.map(({ username }) => username),
    );
  const generationOf = (held: Held) => parsed(pick(held.refreshTokens, 0))?.generation ?? 0;

  function remember(held: Held, token: string): string {
    const name = `${names.get(held.id)}, token ${held.refreshTokens.push(token) - 1}`;
    names.set(token, name).set(parsed(token)?.secretHash ?? '', `hash of ${name}`);
    return token;
  }

  /** Makes an authentic token that the store has never stored, or has lost. */
  function ahead(held: Held, by: number): string {
    const { id: userId, username } = held.user;
    const of = { sessionId: held.id, generation: generationOf(held) + by, userId };
    return refreshTokenFor(RING, of, username).token;
  }

  function receive(grant: Grant): void {
    let held = sessions.find(({ id }) => id === grant.sessionId);
    if (!held) {
      held = {
        id: grant.sessionId,
        user: grant.username === 'alice' ? alice : bob,
        refreshTokens: [],
        accessTokens: [],
      };
      names.set(held.id, `session ${sessions.push(held) - 1}`);
    }
    if (grant.refreshToken !== null && !held.refreshTokens.includes(grant.refreshToken))
      remember(held, grant.refreshToken);
    held.accessTokens.push(grant.accessToken);
  }

  async function refresh(
    token: string,
    usernames: readonly string[],
    browser: 0 | 1,
  ): Promise<unknown> {
    const outcome = await layer.refresh({ refreshTokens: [token], usernames }, BROWSERS[browser]);
    if (outcome.kind === 'refreshed') receive(outcome.grant);
    return outcome;
  }

  function usernamesOf({ user }: Held, which: 'right' | 'wrong' | 'both'): string[] {
    const wrong = user === alice ? bob.username : alice.username;
    return { right: [user.username], wrong: [wrong], both: [wrong, user.username] }[which];
  }

  async function answer(step: Step): Promise<unknown> {
    const held = heldOf('session' in step ? step.session : 0);
    if (step.do === 'sign in') {
      const grant = await layer.issue(userOf(people[step.user]), BROWSERS[step.browser]);
      receive(grant);
      return grant;
    }
    if (!held) return 'no session';
    switch (step.do) {
      case 'refresh':
        return refresh(
          pick(held.refreshTokens, step.back),
          usernamesOf(held, step.usernames),
          step.browser,
        );
      case 'refresh from ahead':
        return refresh(remember(held, ahead(held, step.by)), [held.user.username], step.browser);
      case 'present':
        return step.tokens.map(({ session, back }) =>
          layer.authenticate([pick(heldOf(session)?.accessTokens ?? [], back)], clock.now()),
        );
      case 'revoke':
        return layer.revoke(held.id, step.reason);
      case 'sign out':
        return layer.revokePresentedSessions(
          {
            refreshTokens: [pick(held.refreshTokens, step.back)],
            usernames: [held.user.username],
          },
          'signed_out',
          BROWSERS[0],
        );
      case 'revoke all':
        return inAnyOrder(
          await layer.revokeUserSessions(people[step.user].id, step.reason, undefined, {
            except: step.except === null ? undefined : heldOf(step.except)?.id,
          }),
        );
      case 'deliver':
        return store.recordDelivery(
          held.id,
          generationOf(held) - step.generationsBack,
          clock.now() - step.secondsAgo * 1000,
        );
      case 'reauthenticate':
        if (step.secondsAgo === 0)
          return layer.reauthenticate({ sessionId: held.id, userId: held.user.id }, BROWSERS[0]);
        return store.recordAuthentication(held.id, clock.now() - step.secondsAgo * 1000);
      case 'purge':
        return purgeAll(store, clock.now(), step.limit);
      case 'wait':
      case 'wait until':
      case 'restart':
        return 'done by the caller';
    }
  }

  async function listOf(person: Person): Promise<unknown> {
    const listed: SessionRecord[] = [];
    let after: SessionCursor | undefined;
    do {
      const { sessions: page, next }: SessionPage = await layer.sessionsOf(person.id, {
        limit: 2,
        after,
      });
      listed.push(...page);
      after = next ?? undefined;
    } while (after);
    return {
      sessions: inAnyOrder(listed.map(({ id }) => id)),
      created: listed.map(({ createdAt }) => createdAt),
    };
  }

  return {
    async play(step) {
      const answered = await answer(step);
      await layer.flush();
      const [records, lists] = await Promise.all([
        Promise.all(sessions.map(({ id }) => store.find(id))),
        Promise.all(people.map(listOf)),
      ]);
      return {
        answered: inWords(answered),
        announced: inAnyOrder(events.splice(0)),
        records: inWords(records),
        lists,
      };
    },
    async recordOf(session) {
      const held = heldOf(session);
      return held ? store.find(held.id) : null;
    },
    async restart(reopened = store) {
      await layer.close();
      store = reopened;
      layer = start();
    },
    close: () => layer.close(),
  };
}
