/** For the tests of this repository; not published. */
export { accessKey, macKey } from './test-keys.ts';
