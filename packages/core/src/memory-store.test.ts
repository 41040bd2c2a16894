import * as vitest from 'vitest';
import { memoryStore } from './memory-store.ts';
import { sessionStoreContract } from './testing/index.ts';

sessionStoreContract('the memory store', vitest, async () => ({ store: memoryStore(), close: async () => {} }));
