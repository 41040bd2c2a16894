import { beforeEach, describe, expect, it } from 'vitest';
import { cacheFixture } from '../testing/fixtures/cache-fixture.ts';
import type { RevocationNotice } from './revocation-feed.ts';

const fixture = cacheFixture();

describe('RevocationCache.watch', () => {
  const alice = { userId: 'u', sessionId: 's', tokenVersion: 1 };
  let heard: RevocationNotice[];
  let stop: () => void;
  beforeEach(() => {
    heard = [];
    stop = fixture.cache.watch(alice, (notice) => heard.push(notice));
  });

  it('watch reports each notice of its session and user once, and no others', () => {
    const [own, higher] = [fixture.session('s'), fixture.user('u', 2)];
    fixture.cache.onNotices([
      fixture.session('t'),
      fixture.user('v', 9),
      fixture.user('u', 1),
      own,
      own,
      higher,
      higher,
      fixture.user('u', 1),
    ]);
    expect(heard).toEqual([own, higher]);
  });

  it('watch reports each higher token version, and no lower one that arrives late', () => {
    const [second, third] = [fixture.user('u', 2), fixture.user('u', 3)];
    fixture.cache.onNotices([third, second]);
    expect(heard).toEqual([third]);
    fixture.cache.onNotices([fixture.user('u', 4)]);
    expect(heard).toEqual([third, fixture.user('u', 4)]);
  });

  it('watch does not report earlier notices that do not concern its subject', async () => {
    fixture.cache.onNotices([fixture.user('w', 1)]);
    fixture.cache.watch({ ...alice, userId: 'w' }, (notice) => heard.push(notice));
    await Promise.resolve();
    expect(heard).toEqual([]);
  });

  it('keeps a watch when another watch of the same session stops', () => {
    const others: RevocationNotice[] = [];
    const stopOther = fixture.cache.watch(alice, (notice) => others.push(notice));
    for (const _ of [1, 2]) stopOther();
    fixture.cache.onNotices([fixture.session('s'), fixture.user('u', 2)]);
    expect([heard.length, others.length]).toEqual([2, 0]);
  });

  it('reports no notice to a watch that was stopped, once or twice', () => {
    for (const _ of [1, 2]) stop();
    fixture.cache.onNotices([fixture.session('s'), fixture.user('u', 2)]);
    expect(heard).toEqual([]);
  });

  it('watch reports cached notices only after it has returned', async () => {
    fixture.cache.onNotices([fixture.session('s'), fixture.user('u', 2)]);
    heard.length = 0;
    stop = fixture.cache.watch(alice, (notice) => {
      heard.push(notice);
      stop();
    });
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toHaveLength(1);
  });
});
