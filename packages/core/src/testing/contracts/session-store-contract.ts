import type { PurgeStep, SessionRecord, SessionStore } from '../../session/session-store.ts';
import { listingContract } from './listing-contract.ts';
import { proofContract } from './proof-contract.ts';
import { revocationContract } from './revocation-contract.ts';
import { rotationContract } from './rotation-contract.ts';
import { sessionRecord, T0, text } from './session-record.ts';
import type { TestRunner } from './test-runner.ts';
import { textContract } from './text-contract.ts';

/**
 * Defines the tests that every session store must pass.
 *
 * @param runner Vitest (`import * as vitest from 'vitest'`) or Jest (`'@jest/globals'`)
 * @param open returns a store and a function that closes it; called once
 * @param options `removesExpired`: false for a store that deletes expired sessions by itself (a
 *   TTL)
 * @example
 * import { memorySessionStore } from '@latchkey/core';
 * import { sessionStoreContract } from '@latchkey/core/testing/contracts';
 * import * as vitest from 'vitest';
 *
 * sessionStoreContract('my store', vitest, async () => ({
 *   store: memorySessionStore(), // yours
 *   close: async () => {},
 * }));
 */
export function sessionStoreContract(
  name: string,
  { afterAll, beforeAll, describe, expect, it }: TestRunner,
  open: () => Promise<{ store: SessionStore; close(): Promise<void> }>,
  { removesExpired = true }: { removesExpired?: boolean } = {},
): void {
  describe(`${name} keeps the session store contract`, () => {
    let store: SessionStore;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ store, close } = await open());
    });
    afterAll(() => close());

    async function created(fields?: Partial<SessionRecord>): Promise<SessionRecord> {
      const session = sessionRecord(fields);
      await store.create(session);
      return session;
    }

    it('finds a created session, field for field', async () => {
      const session = await created({ authenticatedAt: T0 + 7, userAgent: null, ipAddress: null });
      expect(await store.find(session.id)).toEqual(session);
    });

    it('finds no session under an unknown id', async () => {
      expect(await store.find(text(16))).toBeNull();
    });

    it('rejects a second session with the same id', async () => {
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
    textContract(stage);

    it('purges expired sessions in bounded steps, and no live ones', async () => {
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
