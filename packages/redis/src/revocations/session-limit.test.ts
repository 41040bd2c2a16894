import { memorySessionStore } from '@latchkey/core';
import { sessionLimitContract } from '@latchkey/core/testing/contracts';
import * as vitest from 'vitest';
import { durableRevocations } from './durable-revocations.ts';
import { memoryRevocationLog } from './testing/memory-revocation-log.ts';

sessionLimitContract('the memory store with durable revocations', vitest, async () => ({
  store: durableRevocations(memorySessionStore(), memoryRevocationLog()),
  close: async () => {},
}));
