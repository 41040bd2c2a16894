/**
 * For the tests of your app: callers and browsers that are signed in without a password, by a real
 * session in your store.
 *
 * @packageDocumentation
 */

export { type CallerContextOptions, callerContext } from './caller-context.ts';
export {
  type SignedInBrowser,
  type SignedInBrowserOptions,
  signedInBrowser,
} from './signed-in-browser.ts';
