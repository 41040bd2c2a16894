export { type SignedInBrowser, type SignedInBrowserOptions, signedInBrowser } from './signed-in-browser.ts';
