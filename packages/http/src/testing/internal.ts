export { type MemoryUsers, memoryUsers } from './memory-users.ts';
export { type ObservedStore, observedStore } from './observed-store.ts';
export { sessionIdOf } from './session-id-of.ts';
