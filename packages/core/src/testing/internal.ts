/** For the tests of this repository; not published. */

export { accessTokenCache } from '../token/access-token-cache.ts';
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
export { oneTransaction } from './one-transaction.ts';
export { refreshTokenFor } from './refresh-token-for.ts';
export { hear } from './revocation-feed-contract.ts';
export { type SwitchableFeed, switchableFeed } from './switchable-feed.ts';
export { type TcpProxy, tcpProxy } from './tcp-proxy.ts';
