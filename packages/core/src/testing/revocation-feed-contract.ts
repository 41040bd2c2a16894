import type * as Vitest from 'vitest';
import type { RevocationFeed, RevocationNotice } from '../revocation/revocation-feed.ts';
import { text } from './session-record.ts';

/** Two nodes' ends of one feed, by real time. */
export interface OpenFeed {
  readonly feeds: readonly [RevocationFeed, RevocationFeed];
  /** The transaction that publishing through the first end joins. */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>;
  /** By the feed's clock. */
  readonly now: () => number;
  close(): Promise<void>;
}

/** What a subscriber hears, for tests. */
export async function hear(feed: RevocationFeed, seconds = 60) {
  const heard: RevocationNotice[] = [];
  let confirmedAt = Number.NEGATIVE_INFINITY;
  const subscriber = {
    onNotices: (notices: readonly RevocationNotice[]) => void heard.push(...notices),
    onUpToDate(at: number) {
      confirmedAt = at;
    },
  };
  const { close } = await feed.subscribe(subscriber, seconds);
  return {
    close,
    /** Each once, in the order in which they first came. */
    of: (userId: string) => [
      ...new Map(
        heard
          .filter((notice) => notice.userId === userId)
          .map((notice) => [JSON.stringify(notice), notice]),
      ).values(),
    ],
    confirmedAt: () => confirmedAt,
  };
}

/**
 * What every revocation feed must do. Run it in a test file of the feed's own.
 *
 * @param runner Vitest's verbs: `import * as vitest from 'vitest'`. Handed in, so that the rest of
 *   this kit works in any runner
 */
export function revocationFeedContract(
  name: string,
  {
    afterAll,
    beforeAll,
    describe,
    expect,
    it,
    vi,
  }: Pick<typeof Vitest, 'afterAll' | 'beforeAll' | 'describe' | 'expect' | 'it' | 'vi'>,
  open: () => Promise<OpenFeed>,
): void {
  const SOON = { timeout: 10_000, interval: 5 };

  describe(`${name} keeps the revocation feed contract`, () => {
    let feed: OpenFeed;
    beforeAll(async () => {
      feed = await open();
    });
    afterAll(() => feed?.close());
    const sessionOf = (userId: string, ago = 0): RevocationNotice => ({
      kind: 'session',
      userId,
      sessionId: text(16),
      reason: 'signed_out',
      at: feed.now() - ago,
    });
    const userOf = (userId: string, tokenVersion = 1): RevocationNotice => ({
      kind: 'user',
      userId,
      tokenVersion,
      reason: 'password_changed',
      at: feed.now(),
    });

    it.each([
      [0, 0],
      [0, 1],
      [1, 0],
    ] as const)(
      'hands over what node %i publishes to a subscriber on node %i: field for field, in order',
      async (from, to) => {
        const ear = await hear(feed.feeds[to]);
        const id = text(8);
        const notices = [sessionOf(id), userOf(id), sessionOf(id)];
        await feed.feeds[from].publish(notices.slice(0, 2));
        await feed.feeds[from].publish(notices.slice(2));
        await vi.waitFor(() => expect(ear.of(id)).toEqual(notices), SOON);
        await ear.close();
      },
    );

    it('hands over to those who come later what is not older than they ask for', async () => {
      const id = text(8);
      const [old, recent] = [sessionOf(id, 31_000), sessionOf(id, 10_000)];
      await feed.feeds[0].publish([old, recent]);
      const ear = await hear(feed.feeds[1], 30);
      expect(ear.of(id)).toEqual([recent]);
      await ear.close();
    });

    it('has confirmed when following resolves, and goes on confirming', async () => {
      const ear = await hear(feed.feeds[1]);
      const first = ear.confirmedAt();
      expect(first).toBeGreaterThan(feed.now() - 10_000);
      if (first < Number.POSITIVE_INFINITY)
        await vi.waitFor(() => expect(ear.confirmedAt()).toBeGreaterThan(first), SOON);
      await ear.close();
    });

    it('never confirms an instant before it has handed over what was published by then', async () => {
      const ear = await hear(feed.feeds[1]);
      const id = text(8);
      for (let published = 1; published <= 20; published++) {
        await feed.feeds[0].publish([sessionOf(id)]);
        const at = feed.now();
        if (published % 5 === 0)
          await vi.waitFor(() => expect(ear.confirmedAt()).toBeGreaterThan(at), SOON);
        if (ear.confirmedAt() > at) expect(ear.of(id)).toHaveLength(published);
      }
      await ear.close();
    });

    it('hands over many at once', async () => {
      const ear = await hear(feed.feeds[1]);
      const id = text(8);
      const notices = Array.from({ length: 3_000 }, () => sessionOf(id));
      await feed.feeds[0].publish(notices);
      await vi.waitFor(() => expect(ear.of(id)).toHaveLength(3_000), SOON);
      expect(ear.of(id)).toEqual(notices);
      const late = await hear(feed.feeds[0]);
      expect(late.of(id)).toEqual(notices);
      await Promise.all([ear.close(), late.close()]);
    });

    it('says what is published within a transaction once it is committed, and never what is rolled back', async () => {
      const ear = await hear(feed.feeds[1]);
      const id = text(8);
      const [kept, lost] = [userOf(id, 1), userOf(id, 2)];
      const failing = feed.transaction(async () => {
        await feed.feeds[0].publish([lost]);
        throw new Error('after all not');
      });
      await expect(failing).rejects.toThrow('after all not');
      await feed.transaction(async () => {
        await feed.feeds[0].publish([kept]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(ear.of(id)).toEqual([]);
      });
      await vi.waitFor(() => expect(ear.of(id)).toEqual([kept]), SOON);
      await ear.close();
    });

    it('is silent to those who have closed, and goes on for the others', async () => {
      const [closed, open] = [await hear(feed.feeds[1]), await hear(feed.feeds[1])];
      await closed.close();
      const id = text(8);
      await feed.feeds[0].publish([sessionOf(id)]);
      await vi.waitFor(() => expect(open.of(id)).toHaveLength(1), SOON);
      expect(closed.of(id)).toEqual([]);
      await open.close();
    });
  });
}
