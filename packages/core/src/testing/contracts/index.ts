/**
 * Tests for a session store or revocation feed of your own, for Vitest or Jest.
 *
 * @packageDocumentation
 */

export { type ReopenableStore, sessionStoreModel } from '../model/session-store-model.ts';
export {
  type OpenFeed,
  recordNotices,
  revocationFeedContract,
} from './revocation-feed-contract.ts';
export { sessionLimitContract } from './session-limit-contract.ts';
export { sessionRecord } from './session-record.ts';
export { sessionStoreContract } from './session-store-contract.ts';
export type { Matchers, TestRunner } from './test-runner.ts';
