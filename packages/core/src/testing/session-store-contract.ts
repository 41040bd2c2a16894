import type * as Vitest from 'vitest';
import type { PurgeStep, SessionRecord, SessionStore } from '../session/session-store.ts';
import { listingContract } from './listing-contract.ts';
import { proofContract } from './proof-contract.ts';
import { revocationContract } from './revocation-contract.ts';
import { rotationContract } from './rotation-contract.ts';
import { sessionRecord, T0, text } from './session-record.ts';

/**
 * What every session store must do. Run it in a test file of the store's own.
 *
 * @param runner Vitest's verbs: `import * as vitest from 'vitest'`. Handed in, so that the rest of
 *   this kit works in any runner
 * @param open gives a store and a way to close it; called once
 * @param removesExpired false for a store that forgets expired sessions by itself, by its own clock
 */
export function sessionStoreContract(
  name: string,
  {
    afterAll,
    beforeAll,
    describe,
    expect,
    it,
  }: Pick<typeof Vitest, 'afterAll' | 'beforeAll' | 'describe' | 'expect' | 'it'>,
  open: () => Promise<{ store: SessionStore; close(): Promise<void> }>,
  { removesExpired = true }: { removesExpired?: boolean } = {},
): void {
  describe(`${name} keeps the session store contract`, () => {
    let store: SessionStore;
    let close: () => Promise<void>;
    beforeAll(async () => ({ store, close } = await open()));
    afterAll(() => close());

    async function created(fields?: Partial<SessionRecord>): Promise<SessionRecord> {
      const session = sessionRecord(fields);
      await store.create(session);
      return session;
    }

    it('finds what was created, field for field', async () => {
      const session = await created({ authenticatedAt: T0 + 7, userAgent: null, ipAddress: null });
      expect(await store.find(session.id)).toEqual(session);
    });

    it('finds nothing under an unknown id', async () => {
      expect(await store.find(text(16))).toBeNull();
    });

    it('refuses a second session of the same id', async () => {
      const session = await created();
      await expect(store.create(session)).rejects.toThrow();
    });

    const stage = {
      expect,
      it,
      created,
      get store() {
        return store;
      },
    };
    rotationContract(stage);
    proofContract(stage);
    revocationContract(stage);
    listingContract(stage);

    it('purges in bounded steps, and never a session that is still alive', async () => {
      const alive = await created({ idleExpiresAt: T0 + 51 });
      const gone = [
        await created({ idleExpiresAt: T0 + 50 }),
        await created({ absoluteExpiresAt: T0 + 50 }),
        await created({ idleExpiresAt: T0 - 5, revokedAt: T0 - 10, revokedReason: 'signed_out' }),
      ];
      for (let after: string | null = null, steps = 0; ; steps++) {
        const { removed, next }: PurgeStep = await store.purge(T0 + 50, 7, after);
        expect(removed).toBeLessThanOrEqual(7);
        expect(steps).toBeLessThan(1_000);
        if (next === null) break;
        after = next;
      }
      expect(await store.find(alive.id)).toEqual(alive);
      if (removesExpired) for (const { id } of gone) expect(await store.find(id)).toBeNull();
    });
  });
}
