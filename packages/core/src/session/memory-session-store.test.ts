import fc from 'fast-check';
import * as vitest from 'vitest';
import { sessionStoreContract, sessionStoreModel } from '../testing/contracts/index.ts';
import { memorySessionStore } from './memory-session-store.ts';

sessionStoreContract('the memory store', vitest, async () => ({
  store: memorySessionStore(),
  close: async () => {},
}));

sessionStoreModel('the memory store', vitest, fc, async () => {
  const store = memorySessionStore();
  return { store, reopen: async () => store, close: async () => {} };
});
