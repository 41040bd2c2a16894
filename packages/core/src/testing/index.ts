export {
  type Browser,
  type BrowserOptions,
  createBrowser,
  type FetchInit,
  type Flight,
  type Reply,
  type StorageState,
} from './browser.ts';
export { oneTransaction } from './one-transaction.ts';
export { refreshTokenFor } from './refresh-token-for.ts';
export { runningClock, type SettableClock, settableClock } from './settable-clock.ts';
