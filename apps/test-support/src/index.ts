export { auditEntry } from './audit-entry.ts';
export {
  type Delivery,
  type Faults,
  faultyNetwork,
  seededRandom,
  type Timeline,
  timeline,
} from './faulty-network.ts';
export {
  type Forgery,
  type ForgingGround,
  forgeries,
  forgingGround,
  otherSignature,
  ringOfAll,
  segment,
  signed,
} from './forgeries/index.ts';
export { type MemoryUsers, memoryUsers } from './memory-users.ts';
export { type ObservedStore, observedStore } from './observed-store.ts';
export { refreshTokenFields, unauthenticRefreshToken } from './refresh-token-fields.ts';
export { sessionIdOf } from './session-id-of.ts';
export { type SwitchableFeed, switchableFeed } from './switchable-feed.ts';
export { type TcpProxy, tcpProxy } from './tcp-proxy.ts';
