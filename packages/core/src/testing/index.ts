export { type Browser, type BrowserOptions, createBrowser, type Flight, type Reply } from './browser.ts';
export { type Delivery, type Faults, faultyNetwork, seededRandom, type Timeline, timeline } from './faulty-network.ts';
export { type Forgery, type ForgingGround, forgeries, forgingGround, otherSignature, ringOfAll, segment, signed } from './forgeries/index.ts';
export { freePort } from './free-port.ts';
export { sessionRecord } from './session-record.ts';
export { sessionStoreContract } from './session-store-contract.ts';
export { type ReopenableStore, sessionStoreModel } from './session-store-model.ts';
export { type SettableClock, settableClock } from './settable-clock.ts';
export { type TcpProxy, tcpProxy } from './tcp-proxy.ts';
