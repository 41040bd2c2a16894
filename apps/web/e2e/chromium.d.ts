export declare const CHROMIUM_ARGS: string[];
/**
 * A browser for the tests: `CHROMIUM_PATH`, else the system's, else on Linux the one from npm, else (as root on Debian) the distribution's.
 *
 * @returns its path, or `undefined` for the browser that `npx playwright install chromium` puts in place
 * @throws Error saying what to install when the browser found cannot start
 */
export declare function findChromium(): Promise<string | undefined>;
