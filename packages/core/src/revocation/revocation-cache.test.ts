import { describe, expect, it } from 'vitest';
import type { LayerEvent } from '../audit/security-event.ts';
import { CAPACITY, cacheFixture, WINDOW } from '../testing/fixtures/cache-fixture.ts';
import { revocationCache } from './revocation-cache.ts';

const fixture = cacheFixture();

const claims = (sid: string, sub = 'other', ver = 0) => ({ sid, sub, ver });

describe('revocationCache', () => {
  it('revokes the tokens of the session that a notice names, and no others', () => {
    fixture.cache.onNotices([fixture.session('s')]);
    expect([
      fixture.cache.revocationOf(claims('s')),
      fixture.cache.revocationOf(claims('t')),
    ]).toEqual(['session_revoked', null]);
    expect([fixture.cache.hasSession('s'), fixture.cache.hasSession('t')]).toEqual([true, false]);
  });

  it.each([
    [0, 'token_version'],
    [1, 'token_version'],
    [2, null],
    [3, null],
  ])(
    'given a user notice of version 2, revocationOf a token of version %i returns %j',
    (ver, reason) => {
      fixture.cache.onNotices([fixture.user('u', 1), fixture.user('u', 2), fixture.user('u', 1)]);
      expect(fixture.cache.revocationOf(claims('s', 'u', ver))).toBe(reason);
      expect(fixture.cache.revocationOf(claims('s', 'v', ver))).toBeNull();
    },
  );

  it.each([
    [-1, 'session_revoked', 'token_version'],
    [0, null, null],
    [1, null, null],
  ])(
    'keeps a revocation notice until its window has passed (%i s)',
    (offset, ofSession, ofUser) => {
      fixture.cache.onNotices([fixture.session('s'), fixture.user('u', 1)]);
      fixture.clock.advance(WINDOW + offset);
      fixture.cache.onUpToDate(fixture.clock.now());
      expect([
        fixture.cache.revocationOf(claims('s')),
        fixture.cache.revocationOf(claims('t', 'u')),
      ]).toEqual([ofSession, ofUser]);
    },
  );

  it('ignores a revocation notice older than its window', () => {
    fixture.cache.onNotices([
      fixture.session('s', fixture.clock.now() - WINDOW * 1000),
      fixture.user('u', 1, fixture.clock.now() - WINDOW * 1000),
    ]);
    expect([
      fixture.cache.revocationOf(claims('s')),
      fixture.cache.revocationOf(claims('t', 'u')),
    ]).toEqual([null, null]);
  });

  it('keeps a repeated notice for the window of the later one, in any order', () => {
    const [early, late] = [
      fixture.session('s'),
      fixture.session('s', fixture.clock.now() + 100_000),
    ];
    fixture.cache.onNotices([early, late, early]);
    fixture.clock.advance(WINDOW + 99);
    fixture.cache.onUpToDate(fixture.clock.now());
    expect(fixture.cache.revocationOf(claims('s'))).toBe('session_revoked');
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
        const [now, name] = [fixture.clock.now(), `u${offsets}`];
        fixture.cache.onNotices([
          fixture.user(name, 2, now + (offsets[0] ?? 0)),
          fixture.user(name, version, now + (offsets[1] ?? 0)),
        ]);
        fixture.clock.advance(WINDOW + 99);
        fixture.cache.onUpToDate(fixture.clock.now());
        expect(fixture.cache.revocationOf(claims('s', name, refused))).toBe('token_version');
      }
    },
  );
});

describe('revocationCache beyond its capacity', () => {
  it('evicts notices beyond its capacity, and is not up to date until their window has passed', () => {
    fixture.cache.onNotices(
      Array.from({ length: CAPACITY }, (_, n) =>
        fixture.session(`s${n}`, fixture.clock.now() + n * 1000),
      ),
    );
    expect(fixture.cache.isUpToDate()).toBe(true);
    fixture.cache.onNotices([fixture.session('one more')]);
    expect([
      fixture.cache.revocationOf(claims('s0')),
      fixture.cache.revocationOf(claims('s1')),
      fixture.cache.revocationOf(claims('one more')),
    ]).toEqual([null, 'session_revoked', 'session_revoked']);
    fixture.clock.advance(WINDOW - 1);
    fixture.cache.onUpToDate(fixture.clock.now());
    expect(fixture.cache.isUpToDate()).toBe(false);
    fixture.clock.advance(1);
    fixture.cache.onUpToDate(fixture.clock.now());
    expect(fixture.cache.isUpToDate()).toBe(true);
    expect(fixture.events).toEqual([
      { kind: 'feed.stale', why: 'full' },
      { kind: 'feed.up_to_date' },
    ]);
  });
});

describe('revocationCache eviction', () => {
  const known = (ids: readonly string[]) =>
    ids.filter((id) => fixture.cache.revocationOf(claims(id, id)) !== null);

  it('evicts the oldest notice first; a repeated notice counts as new', () => {
    fixture.cache.onNotices(Array.from({ length: CAPACITY }, (_, n) => fixture.session(`s${n}`)));
    fixture.cache.onNotices([fixture.session('s0'), fixture.session('one more')]);
    expect(known(['s0', 's1', 's2', 'one more'])).toEqual(['s0', 's2', 'one more']);
  });

  it.each([
    [6, 4, ['u0']],
    [4, 6, ['s0']],
  ])('evicts from the larger map: %i sessions and %i users', (sessions, users, rest) => {
    fixture.cache.onNotices(Array.from({ length: sessions }, (_, n) => fixture.session(`s${n}`)));
    fixture.cache.onNotices(Array.from({ length: users }, (_, n) => fixture.user(`u${n}`, 1)));
    expect(fixture.cache.isUpToDate()).toBe(true);
    fixture.cache.onNotices([sessions > users ? fixture.session('last') : fixture.user('last', 1)]);
    expect([known(['s0', 'u0']), fixture.cache.isUpToDate()]).toEqual([rest, false]);
  });

  it('evicts a user notice if both maps are equally large', () => {
    const small = revocationCache({
      windowSeconds: WINDOW,
      feedSeconds: 5,
      capacity: 1,
      clock: fixture.clock,
      onEvent: () => {},
    });
    small.onNotices([fixture.session('s'), fixture.user('u', 1)]);
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
      fixture.clock.advance(seconds);
      expect(fixture.cache.isUpToDate()).toBe(confirmed);
    },
  );

  it('emits feed.stale once, and feed.up_to_date once after it', () => {
    for (const _ of [1, 2, 3]) {
      fixture.clock.advance(5);
      fixture.cache.isUpToDate();
    }
    for (const _ of [1, 2, 3]) fixture.cache.onUpToDate(fixture.clock.now());
    expect(fixture.events).toEqual([
      { kind: 'feed.stale', why: 'silent' },
      { kind: 'feed.up_to_date' },
    ]);
  });

  it('isUpToDate stays true for a feed that cannot lose notices', () => {
    fixture.cache.onUpToDate(Number.POSITIVE_INFINITY);
    fixture.clock.advance(1e6);
    expect(fixture.cache.isUpToDate()).toBe(true);
  });

  it('emits no event before the feed has been up to date once', () => {
    const told: LayerEvent[] = [];
    const fresh = revocationCache({
      windowSeconds: WINDOW,
      feedSeconds: 5,
      clock: fixture.clock,
      onEvent: (event) => told.push(event),
    });
    fresh.onUpToDate(fixture.clock.now());
    expect([fresh.isUpToDate(), told]).toEqual([true, []]);
  });
});
