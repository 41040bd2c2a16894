export {
  type OpenFeed,
  recordNotices,
  revocationFeedContract,
} from './revocation-feed-contract.ts';
export { sessionLimitContract } from './session-limit-contract.ts';
export { sessionRecord } from './session-record.ts';
export { sessionStoreContract } from './session-store-contract.ts';
export { type ReopenableStore, sessionStoreModel } from './session-store-model.ts';
