export { type CallerContextOptions, callerContext } from './caller-context.ts';
export {
  type SignedInBrowser,
  type SignedInBrowserOptions,
  signedInBrowser,
} from './signed-in-browser.ts';
