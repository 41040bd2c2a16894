import { beforeEach, describe, expect, it } from 'vitest';
import type { LayerEvent } from '../audit/security-event.ts';
import { type SettableClock, settableClock } from '../testing/index.ts';
import { type RevocationCache, revocationCache } from './revocation-cache.ts';
import type { RevocationNotice } from './revocation-feed.ts';

const WINDOW = 660;
const CAPACITY = 10;

let clock: SettableClock;
let events: LayerEvent[];
let cache: RevocationCache;
beforeEach(() => {
  clock = settableClock();
  events = [];
  cache = revocationCache({
    windowSeconds: WINDOW,
    feedSeconds: 5,
    capacity: CAPACITY,
    clock,
    onEvent: (event) => events.push(event),
  });
  cache.onUpToDate(clock.now());
});

const session = (sessionId: string, at = clock.now()): RevocationNotice => ({
  kind: 'session',
  userId: 'u',
  sessionId,
  reason: 'signed_out',
  at,
});
const user = (userId: string, tokenVersion: number, at = clock.now()): RevocationNotice => ({
  kind: 'user',
  userId,
  tokenVersion,
  reason: 'reuse',
  at,
});
const claims = (sid: string, sub = 'other', ver = 0) => ({ sid, sub, ver });

describe('revocationCache', () => {
  it('revokes the tokens of a session with a notice, and no others', () => {
    cache.onNotices([session('s')]);
    expect([cache.revocationOf(claims('s')), cache.revocationOf(claims('t'))]).toEqual([
      'session_revoked',
      null,
    ]);
    expect([cache.hasSession('s'), cache.hasSession('t')]).toEqual([true, false]);
  });

  it.each([
    [0, 'token_version'],
    [1, 'token_version'],
    [2, null],
    [3, null],
  ])(
    'given a user notice of version 2, revocationOf a token of version %i returns %j',
    (ver, reason) => {
      cache.onNotices([user('u', 1), user('u', 2), user('u', 1)]);
      expect(cache.revocationOf(claims('s', 'u', ver))).toBe(reason);
      expect(cache.revocationOf(claims('s', 'v', ver))).toBeNull();
    },
  );

  it.each([
    [-1, 'session_revoked', 'token_version'],
    [0, null, null],
    [1, null, null],
  ])('keeps a notice until its window has passed (%i s)', (offset, ofSession, ofUser) => {
    cache.onNotices([session('s'), user('u', 1)]);
    clock.advance(WINDOW + offset);
    cache.onUpToDate(clock.now());
    expect([cache.revocationOf(claims('s')), cache.revocationOf(claims('t', 'u'))]).toEqual([
      ofSession,
      ofUser,
    ]);
  });

  it('ignores a notice older than its window', () => {
    cache.onNotices([
      session('s', clock.now() - WINDOW * 1000),
      user('u', 1, clock.now() - WINDOW * 1000),
    ]);
    expect([cache.revocationOf(claims('s')), cache.revocationOf(claims('t', 'u'))]).toEqual([
      null,
      null,
    ]);
  });

  it('keeps a repeated notice for the window of the later one, in any order', () => {
    const [early, late] = [session('s'), session('s', clock.now() + 100_000)];
    cache.onNotices([early, late, early]);
    clock.advance(WINDOW + 99);
    cache.onUpToDate(clock.now());
    expect(cache.revocationOf(claims('s'))).toBe('session_revoked');
  });

  it.each([
    [2, 1],
    [3, 2],
  ])(
    'keeps user notices of version 2 and %i for the window of the later one, in any order',
    (version, refused) => {
      for (const offsets of [
        [0, 100_000],
        [100_000, 0],
      ]) {
        const [now, name] = [clock.now(), `u${offsets}`];
        cache.onNotices([
          user(name, 2, now + (offsets[0] ?? 0)),
          user(name, version, now + (offsets[1] ?? 0)),
        ]);
        clock.advance(WINDOW + 99);
        cache.onUpToDate(clock.now());
        expect(cache.revocationOf(claims('s', name, refused))).toBe('token_version');
      }
    },
  );
});

describe('revocationCache beyond its capacity', () => {
  it('evicts notices beyond its capacity, and is not up to date until their window has passed', () => {
    cache.onNotices(
      Array.from({ length: CAPACITY }, (_, n) => session(`s${n}`, clock.now() + n * 1000)),
    );
    expect(cache.isUpToDate()).toBe(true);
    cache.onNotices([session('one more')]);
    expect([
      cache.revocationOf(claims('s0')),
      cache.revocationOf(claims('s1')),
      cache.revocationOf(claims('one more')),
    ]).toEqual([null, 'session_revoked', 'session_revoked']);
    clock.advance(WINDOW - 1);
    cache.onUpToDate(clock.now());
    expect(cache.isUpToDate()).toBe(false);
    clock.advance(1);
    cache.onUpToDate(clock.now());
    expect(cache.isUpToDate()).toBe(true);
    expect(events).toEqual([{ kind: 'feed.stale', why: 'full' }, { kind: 'feed.up_to_date' }]);
  });
});

describe('revocationCache eviction', () => {
  const known = (ids: readonly string[]) =>
    ids.filter((id) => cache.revocationOf(claims(id, id)) !== null);

  it('evicts the oldest notice first; a repeated notice counts as new', () => {
    cache.onNotices(Array.from({ length: CAPACITY }, (_, n) => session(`s${n}`)));
    cache.onNotices([session('s0'), session('one more')]);
    expect(known(['s0', 's1', 's2', 'one more'])).toEqual(['s0', 's2', 'one more']);
  });

  it.each([
    [6, 4, ['u0']],
    [4, 6, ['s0']],
  ])('evicts from the larger map: %i sessions and %i users', (sessions, users, rest) => {
    cache.onNotices(Array.from({ length: sessions }, (_, n) => session(`s${n}`)));
    cache.onNotices(Array.from({ length: users }, (_, n) => user(`u${n}`, 1)));
    expect(cache.isUpToDate()).toBe(true);
    cache.onNotices([sessions > users ? session('last') : user('last', 1)]);
    expect([known(['s0', 'u0']), cache.isUpToDate()]).toEqual([rest, false]);
  });

  it('evicts a user notice if both maps are equally large', () => {
    const small = revocationCache({
      windowSeconds: WINDOW,
      feedSeconds: 5,
      capacity: 1,
      clock,
      onEvent: () => {},
    });
    small.onNotices([session('s'), user('u', 1)]);
    expect([small.revocationOf(claims('s')), small.revocationOf(claims('t', 'u'))]).toEqual([
      'session_revoked',
      null,
    ]);
  });
});

describe('RevocationCache.isUpToDate', () => {
  it.each([
    [4.999, true],
    [5, false],
    [-4.999, true],
    [-5, false],
  ])(
    '%f s after the feed last reported up to date, isUpToDate returns %s',
    (seconds, confirmed) => {
      clock.advance(seconds);
      expect(cache.isUpToDate()).toBe(confirmed);
    },
  );

  it('emits feed.stale once, and feed.up_to_date once after it', () => {
    for (const _ of [1, 2, 3]) {
      clock.advance(5);
      cache.isUpToDate();
    }
    for (const _ of [1, 2, 3]) cache.onUpToDate(clock.now());
    expect(events).toEqual([{ kind: 'feed.stale', why: 'silent' }, { kind: 'feed.up_to_date' }]);
  });

  it('isUpToDate stays true for a feed that cannot lose notices', () => {
    cache.onUpToDate(Number.POSITIVE_INFINITY);
    clock.advance(1e6);
    expect(cache.isUpToDate()).toBe(true);
  });

  it('emits no event before the feed has been up to date once', () => {
    const told: LayerEvent[] = [];
    const fresh = revocationCache({
      windowSeconds: WINDOW,
      feedSeconds: 5,
      clock,
      onEvent: (event) => told.push(event),
    });
    fresh.onUpToDate(clock.now());
    expect([fresh.isUpToDate(), told]).toEqual([true, []]);
  });
});

describe('RevocationCache.watch', () => {
  const alice = { userId: 'u', sessionId: 's', tokenVersion: 1 };
  let heard: RevocationNotice[];
  let stop: () => void;
  beforeEach(() => {
    heard = [];
    stop = cache.watch(alice, (notice) => heard.push(notice));
  });

  it('watch reports each notice of its session and user once, and no others', () => {
    const [own, higher] = [session('s'), user('u', 2)];
    cache.onNotices([
      session('t'),
      user('v', 9),
      user('u', 1),
      own,
      own,
      higher,
      higher,
      user('u', 1),
    ]);
    expect(heard).toEqual([own, higher]);
  });

  it('watch reports each higher token version, and no lower one that arrives late', () => {
    const [second, third] = [user('u', 2), user('u', 3)];
    cache.onNotices([third, second]);
    expect(heard).toEqual([third]);
    cache.onNotices([user('u', 4)]);
    expect(heard).toEqual([third, user('u', 4)]);
  });

  it('watch does not report earlier notices that do not concern its subject', async () => {
    cache.onNotices([user('w', 1)]);
    cache.watch({ ...alice, userId: 'w' }, (notice) => heard.push(notice));
    await Promise.resolve();
    expect(heard).toEqual([]);
  });

  it('keeps a watch when another watch of the same session stops', () => {
    const others: RevocationNotice[] = [];
    const stopOther = cache.watch(alice, (notice) => others.push(notice));
    for (const _ of [1, 2]) stopOther();
    cache.onNotices([session('s'), user('u', 2)]);
    expect([heard.length, others.length]).toEqual([2, 0]);
  });

  it('reports no notice to a watch that was stopped, once or twice', () => {
    for (const _ of [1, 2]) stop();
    cache.onNotices([session('s'), user('u', 2)]);
    expect(heard).toEqual([]);
  });

  it('watch reports cached notices only after it has returned', async () => {
    cache.onNotices([session('s'), user('u', 2)]);
    heard.length = 0;
    stop = cache.watch(alice, (notice) => {
      heard.push(notice);
      stop();
    });
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toHaveLength(1);
  });
});
