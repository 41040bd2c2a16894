import { sessionStoreContract } from '@latchkey/core/testing';
import * as vitest from 'vitest';
import { openDatabase } from './database.ts';
import { sqlSessionStore } from './session-store.ts';

sessionStoreContract('SQLite in memory', vitest, async () => {
  const { db, close } = await openDatabase('memory:');
  return { store: sqlSessionStore(db), close };
});
