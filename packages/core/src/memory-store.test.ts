import * as vitest from 'vitest';
import { memoryStore } from './memory-store.ts';
import { sessionStoreContract, sessionStoreModel } from './testing/contracts.ts';

sessionStoreContract('the memory store', vitest, async () => ({ store: memoryStore(), close: async () => {} }));

sessionStoreModel('the memory store', vitest, async () => {
  const store = memoryStore();
  return { store, reopen: async () => store, close: async () => {} };
});
