import { beforeEach, describe, expect, it } from 'vitest';
import type { LayerEvent } from '../audit/security-event.ts';
import { type SettableClock, settableClock } from '../testing/index.ts';
import { type RevocationCache, revocationCache } from './revocation-cache.ts';
import type { RevocationNotice } from './revocation-feed.ts';

const WINDOW = 660;
const CAPACITY = 10;

let clock: SettableClock;
let events: LayerEvent[];
let watch: RevocationCache;
beforeEach(() => {
  clock = settableClock();
  events = [];
  watch = revocationCache({
    windowSeconds: WINDOW,
    feedSeconds: 5,
    capacity: CAPACITY,
    clock,
    onEvent: (event) => events.push(event),
  });
  watch.onUpToDate(clock.now());
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
const claims = (sid: string, sub = 'somebody', ver = 0) => ({ sid, sub, ver });

describe('a notice', () => {
  it('of a session refuses its tokens and no others', () => {
    watch.onNotices([session('s')]);
    expect([watch.revocationOf(claims('s')), watch.revocationOf(claims('t'))]).toEqual([
      'session_revoked',
      null,
    ]);
    expect([watch.hasSession('s'), watch.hasSession('t')]).toEqual([true, false]);
  });

  it.each([
    [0, 'token_version'],
    [1, 'token_version'],
    [2, null],
    [3, null],
  ])('of a user whose version is now 2: a token of version %i gets %j', (ver, reason) => {
    watch.onNotices([user('u', 1), user('u', 2), user('u', 1)]);
    expect(watch.revocationOf(claims('s', 'u', ver))).toBe(reason);
    expect(watch.revocationOf(claims('s', 'v', ver))).toBeNull();
  });

  it.each([
    [-1, 'session_revoked', 'token_version'],
    [0, null, null],
    [1, null, null],
  ])(
    'is held until no token that was out can live: %i s from then',
    (offset, ofSession, ofUser) => {
      watch.onNotices([session('s'), user('u', 1)]);
      clock.advance(WINDOW + offset);
      watch.onUpToDate(clock.now());
      expect([watch.revocationOf(claims('s')), watch.revocationOf(claims('t', 'u'))]).toEqual([
        ofSession,
        ofUser,
      ]);
    },
  );

  it('that is too old to matter is not held', () => {
    watch.onNotices([
      session('s', clock.now() - WINDOW * 1000),
      user('u', 1, clock.now() - WINDOW * 1000),
    ]);
    expect([watch.revocationOf(claims('s')), watch.revocationOf(claims('t', 'u'))]).toEqual([
      null,
      null,
    ]);
  });

  it('that comes again is held as long as the later one says, whichever comes first', () => {
    const [early, late] = [session('s'), session('s', clock.now() + 100_000)];
    watch.onNotices([early, late, early]);
    clock.advance(WINDOW + 99);
    watch.onUpToDate(clock.now());
    expect(watch.revocationOf(claims('s'))).toBe('session_revoked');
  });

  it.each([
    [2, 1],
    [3, 2],
  ])(
    'of a user’s version 2, then of %i, is held as long as the later of the two says, whichever comes first',
    (version, refused) => {
      for (const offsets of [
        [0, 100_000],
        [100_000, 0],
      ]) {
        const [now, name] = [clock.now(), `u${offsets}`];
        watch.onNotices([
          user(name, 2, now + (offsets[0] ?? 0)),
          user(name, version, now + (offsets[1] ?? 0)),
        ]);
        clock.advance(WINDOW + 99);
        watch.onUpToDate(clock.now());
        expect(watch.revocationOf(claims('s', name, refused))).toBe('token_version');
      }
    },
  );
});

describe('what is held', () => {
  it('stays bounded: beyond it nothing counts as confirmed until what was forgotten could not matter', () => {
    watch.onNotices(
      Array.from({ length: CAPACITY }, (_, n) => session(`s${n}`, clock.now() + n * 1000)),
    );
    expect(watch.isUpToDate()).toBe(true);
    watch.onNotices([session('one more')]);
    expect([
      watch.revocationOf(claims('s0')),
      watch.revocationOf(claims('s1')),
      watch.revocationOf(claims('one more')),
    ]).toEqual([null, 'session_revoked', 'session_revoked']);
    clock.advance(WINDOW - 1);
    watch.onUpToDate(clock.now());
    expect(watch.isUpToDate()).toBe(false);
    clock.advance(1);
    watch.onUpToDate(clock.now());
    expect(watch.isUpToDate()).toBe(true);
    expect(events).toEqual([{ kind: 'feed.stale', why: 'full' }, { kind: 'feed.up_to_date' }]);
  });
});

describe('what is forgotten where there is too much', () => {
  const known = (ids: readonly string[]) =>
    ids.filter((id) => watch.revocationOf(claims(id, id)) !== null);

  it('is what was told first; what is told again counts as new', () => {
    watch.onNotices(Array.from({ length: CAPACITY }, (_, n) => session(`s${n}`)));
    watch.onNotices([session('s0'), session('one more')]);
    expect(known(['s0', 's1', 's2', 'one more'])).toEqual(['s0', 's2', 'one more']);
  });

  it.each([
    [6, 4, ['u0']],
    [4, 6, ['s0']],
  ])('is of what there is more: %i sessions and %i users', (sessions, users, rest) => {
    watch.onNotices(Array.from({ length: sessions }, (_, n) => session(`s${n}`)));
    watch.onNotices(Array.from({ length: users }, (_, n) => user(`u${n}`, 1)));
    expect(watch.isUpToDate()).toBe(true);
    watch.onNotices([sessions > users ? session('last') : user('last', 1)]);
    expect([known(['s0', 'u0']), watch.isUpToDate()]).toEqual([rest, false]);
  });
});

describe('a confirmation', () => {
  it.each([
    [4.999, true],
    [5, false],
    [-4.999, true],
    [-5, false],
  ])('%f s later: %s', (seconds, confirmed) => {
    clock.advance(seconds);
    expect(watch.isUpToDate()).toBe(confirmed);
  });

  it('that stays out is told once, and once when it is back', () => {
    for (const _ of [1, 2, 3]) {
      clock.advance(5);
      watch.isUpToDate();
    }
    for (const _ of [1, 2, 3]) watch.onUpToDate(clock.now());
    expect(events).toEqual([{ kind: 'feed.stale', why: 'silent' }, { kind: 'feed.up_to_date' }]);
  });

  it('of a feed that can lose nothing holds for ever', () => {
    watch.onUpToDate(Number.POSITIVE_INFINITY);
    clock.advance(1e6);
    expect(watch.isUpToDate()).toBe(true);
  });

  it('is missing at first, which is nothing to tell', () => {
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

describe('somebody who watches', () => {
  const alice = { userId: 'u', sessionId: 's', tokenVersion: 1 };
  let heard: RevocationNotice[];
  let stop: () => void;
  beforeEach(() => {
    heard = [];
    stop = watch.watch(alice, (notice) => heard.push(notice));
  });

  it('hears of their session and of a higher version of their user, each once, and of nobody else', () => {
    const [own, higher] = [session('s'), user('u', 2)];
    watch.onNotices([
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

  it('hears of each higher version, and of none that comes late', () => {
    const [second, third] = [user('u', 2), user('u', 3)];
    watch.onNotices([third, second]);
    expect(heard).toEqual([third]);
    watch.onNotices([user('u', 4)]);
    expect(heard).toEqual([third, user('u', 4)]);
  });

  it('does not hear of what was told before and does not concern them', async () => {
    watch.onNotices([user('w', 1)]);
    watch.watch({ ...alice, userId: 'w' }, (notice) => heard.push(notice));
    await Promise.resolve();
    expect(heard).toEqual([]);
  });

  it('goes on hearing when another of the same session stops', () => {
    const others: RevocationNotice[] = [];
    const stopOther = watch.watch(alice, (notice) => others.push(notice));
    for (const _ of [1, 2]) stopOther();
    watch.onNotices([session('s'), user('u', 2)]);
    expect([heard.length, others.length]).toEqual([2, 0]);
  });

  it('hears nothing more once they have stopped, however often', () => {
    for (const _ of [1, 2]) stop();
    watch.onNotices([session('s'), user('u', 2)]);
    expect(heard).toEqual([]);
  });

  it('hears of what was there before them, but not before they can stop it', async () => {
    watch.onNotices([session('s'), user('u', 2)]);
    heard.length = 0;
    stop = watch.watch(alice, (notice) => {
      heard.push(notice);
      stop();
    });
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toHaveLength(1);
  });
});
