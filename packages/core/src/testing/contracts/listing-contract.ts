import type {
  SessionCursor,
  SessionPage,
  SessionRecord,
  SessionStore,
} from '../../session/session-store.ts';
import { type ContractStage, inBatches, matching, successor } from './contract-stage.ts';
import { T0, text } from './session-record.ts';

const idsOf = (sessions: readonly SessionRecord[]) => sessions.map(({ id }) => id);

/** Reads all pages of a user's sessions, and calls `between` after each page. */
export async function pagesOf(
  store: SessionStore,
  userId: string,
  limit: number,
  between: (page: SessionPage) => Promise<unknown> = async () => {},
) {
  const pages: SessionRecord[][] = [];
  let after: SessionCursor | undefined;
  do {
    const page = await store.findByUser(userId, T0, { limit, after });
    pages.push([...page.sessions]);
    await between(page);
    after = page.next ?? undefined;
  } while (after);
  return pages;
}

/** Defines the tests of the session store contract about lists of a user's sessions. */
export function listingContract(stage: ContractStage): void {
  const { created, expect, it } = stage;
  const first = async (userId: string, now: number) =>
    (await stage.store.findByUser(userId, now, { limit: 50 })).sessions;

  /**
   * Makes sessions whose instants are equal in pairs, so that a page ends between two sessions of
   * one millisecond.
   */
  const several = (userId: string, count: number) =>
    inBatches(count, (index) => created({ userId, createdAt: T0 - Math.floor(index / 2) }));

  it('lists the live sessions of one user, the newest sign-in first', async () => {
    const userId = text(8);
    const old = await created({ userId, createdAt: T0 - 2, lastSeenAt: T0 + 2 });
    const fresh = await created({ userId, createdAt: T0 - 1, lastSeenAt: T0 + 1 });
    const over = await created({ userId });
    await created({ userId, idleExpiresAt: T0 + 10 });
    await created({ userId, absoluteExpiresAt: T0 + 10 });
    await created();
    await stage.store.revoke(over.id, 'signed_out', T0 + 1);
    expect(await stage.store.findByUser(userId, T0 + 10, { limit: 50 })).toEqual({
      sessions: [fresh, old],
      next: null,
    });
    expect(await first(userId, T0 + 9)).toHaveLength(4);
    expect(await stage.store.findByUser(text(8), T0, { limit: 50 })).toEqual({
      sessions: [],
      next: null,
    });
  });

  it('lists a session until its new expiry after a rotation', async () => {
    const session = await created({ idleExpiresAt: T0 + 2_000 });
    await stage.store.rotate(matching(session), successor(session, { idleExpiresAt: T0 + 9_000 }));
    expect(idsOf(await first(session.userId, T0 + 8_999))).toEqual([session.id]);
    expect(await first(session.userId, T0 + 9_000)).toEqual([]);
  });

  it('lists every session of a user once, in pages of the given size', async () => {
    const userId = text(8);
    const sessions = await several(userId, 21);
    const pages = await pagesOf(stage.store, userId, 5);
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 5, 5, 1]);
    const ordered = sessions.toSorted(
      (a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1),
    );
    expect(idsOf(pages.flat())).toEqual(idsOf(ordered));
    expect((await pagesOf(stage.store, userId, 21)).map(({ length }) => length)).toEqual([21]);
  });

  it('lists no session twice if some end, rotate or begin between two pages', async () => {
    const userId = text(8);
    const sessions = await several(userId, 12);
    const pages = await pagesOf(stage.store, userId, 3, async (page) => {
      const [one, , last] = page.sessions;
      if (one) await stage.store.rotate(matching(one), successor(one));
      if (last) await stage.store.revoke(last.id, 'signed_out', T0);
      await first(userId, T0);
      await created({ userId, createdAt: T0 + 1 });
    });
    expect(idsOf(pages.flat()).toSorted()).toEqual(idsOf(sessions).toSorted());
  });

  it('lists and revokes 1,100 sessions of one user, except one', async () => {
    const userId = text(8);
    const [kept, ...others] = await several(userId, 1_100);
    expect(idsOf((await pagesOf(stage.store, userId, 200)).flat())).toHaveLength(1_100);
    expect((await stage.store.revokeAllOfUser(userId, 'reuse', T0, kept?.id)).toSorted()).toEqual(
      idsOf(others).toSorted(),
    );
    expect(idsOf(await first(userId, T0))).toEqual([kept?.id]);
    expect(await stage.store.revokeAllOfUser(userId, 'reuse', T0)).toEqual([kept?.id]);
  }, 60_000);
}
