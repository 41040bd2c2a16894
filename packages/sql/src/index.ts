export { openDatabase, type SqlDatabase } from './database.ts';
export { migrate } from './migrate.ts';
export type { Database } from './schema.ts';
export { sqlSessionStore } from './session-store.ts';
export { sqlUserStore, type UserAccount, type UserStore } from './user-store.ts';
