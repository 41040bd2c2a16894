import {
  createSessionLayer,
  deriveKeyRing,
  memoryRevocationFeed,
  memorySessionStore,
  type Principal,
  type SessionLayer,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { memoryUsers, observedStore, switchableFeed } from '@latchkey/test-support';
import { beforeEach, describe, expect, it } from 'vitest';
import { LiveSession } from '../live-session.ts';
import { streamRegistry } from '../stream-registry.ts';
import { joinSessionCheck } from './session-checks.ts';

const fixture = async () => {
  const clock = settableClock();
  const store = observedStore(memorySessionStore());
  const users = memoryUsers();
  const feed = switchableFeed(memoryRevocationFeed(clock), clock.now);
  const secret = Buffer.from('the secret of these tests, number 1').toString('base64url');
  const layer = createSessionLayer({
    ring: deriveKeyRing([secret]),
    store,
    users,
    clock,
    feed,
    options: { accessTokenSeconds: 600, maxSessionsPerUser: 1_000 },
  });
  await layer.start();
  const streams = streamRegistry({}, clock);
  const ended: string[] = [];
  let [updates, questions] = [0, 0];

  const counting: SessionLayer = {
    ...layer,
    confirm(principal) {
      questions++;
      return layer.confirm(principal);
    },
  };

  async function signIn(): Promise<Principal> {
    const bob = users.byName('bob');
    if (!bob) throw new Error('no bob');
    const { accessToken } = await layer.issue(bob, { userAgent: null, ipAddress: null });
    const authentication = layer.authenticate([accessToken], clock.now());
    if (authentication.kind === 'anonymous') throw new Error(authentication.reason);
    return authentication.principal;
  }

  /** Opens one stream of a session. */
  function open(principal: Principal): LiveSession {
    const live = new LiveSession(
      counting,
      (member) => joinSessionCheck(streams, counting, member),
      principal,
      () => {},
    );
    const stop = live.listen(() => {
      if (!live.end) {
        updates++;
        return;
      }
      ended.push(principal.sessionId);
      stop();
    });
    return live;
  }

  return {
    clock,
    store,
    feed,
    layer,
    streams,
    ended,
    signIn,
    open,
    /** How often the store was asked about a session. */
    questions: () => questions,
    updates: () => updates,
    async many(count: number) {
      const principals: Principal[] = [];
      for (let n = 0; n < count; n++) principals.push(await signIn());
      for (const principal of principals) open(principal);
      return principals;
    },
    /** Loses the feed, and lets time pass until the next second is the first one that notices. */
    async lose() {
      feed.lost = true;
      await clock.pass(1);
      for (let second = 0; second < 3; second++) await clock.pass(1);
    },
  };
};
let node: Awaited<ReturnType<typeof fixture>>;
beforeEach(async () => {
  node = await fixture();
});

describe('while the feed is lost', () => {
  it('the store is asked once every three seconds about twenty streams of one session', async () => {
    const principal = await node.signIn();
    for (let n = 0; n < 20; n++) node.open(principal);
    await node.lose();
    expect(node.questions()).toBe(0);
    for (const total of [1, 1, 1, 2, 2, 2, 3]) {
      await node.clock.pass(1);
      expect(node.questions()).toBe(total);
    }
  });

  it('the questions about thirty sessions are spread over three seconds', async () => {
    await node.many(30);
    await node.lose();
    for (const total of [10, 20, 30, 40, 50, 60]) {
      await node.clock.pass(1);
      expect(node.questions()).toBe(total);
    }
  });

  it('a node asks at most two hundred questions a second, and about each session in turn', async () => {
    await node.many(700);
    const found: string[] = [];
    const { find } = node.store;
    node.store.find = (id) => {
      found.push(id);
      return find(id);
    };
    await node.lose();
    for (const total of [200, 400, 600, 800]) {
      await node.clock.pass(1);
      expect(found).toHaveLength(total);
    }
    expect(new Set(found).size).toBe(700);
    expect(found.slice(700)).toEqual(found.slice(0, 100));
  });

  it('each stream of a revoked session ends within three seconds, and no other', async () => {
    const principals = await node.many(30);
    const [, , third] = principals;
    if (!third) throw new Error('no session');
    node.open(third);
    await node.lose();
    for (let second = 0; second < 4; second++) await node.clock.pass(1);
    await node.store.revoke(third.sessionId, 'administrator', node.clock.now());
    for (let second = 0; second < 3; second++) await node.clock.pass(1);
    expect(node.ended).toEqual([third.sessionId, third.sessionId]);
  });

  it('a call asks at once, and shares the question with the other calls of its session', async () => {
    await node.many(2);
    const principal = await node.signIn();
    const [first, second] = [node.open(principal), node.open(principal)];
    await node.lose();
    await node.clock.pass(1);
    expect(node.questions()).toBe(1);
    await Promise.all([first.settle(), second.settle()]);
    expect(node.questions()).toBe(2);
    expect([first.settle(), second.settle()]).toEqual([undefined, undefined]);
  });

  it('a store that is out ends the streams in turn, not all at once', async () => {
    await node.many(30);
    await node.lose();
    node.store.out = true;
    for (const total of [10, 17, 22]) {
      await node.clock.pass(1);
      expect(node.ended).toHaveLength(total);
    }
  });
});

describe('a notice', () => {
  it('one question answers all streams of a session that a notice concerns', async () => {
    const principal = await node.signIn();
    for (let n = 0; n < 20; n++) node.open(principal);
    await node.layer.revokeUserSessions(principal.userId, 'role_changed', undefined, {
      except: principal.sessionId,
    });
    await expect.poll(() => node.updates()).toBe(20);
    expect([node.questions(), node.ended]).toEqual([1, []]);
    await node.layer.revoke(principal.sessionId, 'administrator');
    await expect.poll(() => node.ended).toEqual(Array(20).fill(principal.sessionId));
    expect(node.questions()).toBe(2);
  });

  it('a stream that opens during a question does not get its answer', async () => {
    const principal = await node.signIn();
    node.open(principal);
    const gate = Promise.withResolvers<void>();
    const { find } = node.store;
    let asked = 0;
    node.store.find = async (id) => {
      const found = await find(id);
      asked++;
      await gate.promise;
      return found;
    };
    node.clock.advance(600);
    await expect.poll(() => asked).toBe(1);
    const late = node.open({ ...principal, role: 'Admin', accessTokenExpiresAt: Infinity });
    gate.resolve();
    await node.clock.settled();
    expect([asked, late.principal.role]).toEqual([1, 'Admin']);
  });
});

it('the registry has one member for all checks, and none when the last stream has ended', async () => {
  const [principal, other] = [await node.signIn(), await node.signIn()];
  const lives = [node.open(principal), node.open(principal), node.open(other)];
  expect(node.streams.members).toBe(1);
  for (const live of lives) live.finish({ kind: 'left' });
  expect(node.streams.members).toBe(0);
  const again = node.open(other);
  expect(node.streams.members).toBe(1);
  again.finish({ kind: 'left' });
  expect([node.streams.members, again.listen(() => {})()]).toEqual([0, undefined]);
});
