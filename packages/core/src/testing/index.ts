/**
 * For the tests of your app: a clock that a test moves, and a browser with a cookie jar. A browser
 * that is signed in without a password is in `@latchkey/trpc/testing`.
 *
 * @packageDocumentation
 */

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
