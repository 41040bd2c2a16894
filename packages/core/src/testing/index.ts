export {
  type Browser,
  type BrowserOptions,
  createBrowser,
  type FetchInit,
  type Flight,
  type Reply,
  type StorageState,
} from './browser.ts';
export { runningClock, type SettableClock, settableClock } from './settable-clock.ts';
