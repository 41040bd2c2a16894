import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';

const run = promisify(execFile);

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export const CHROMIUM_ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A browser for the tests: `CHROMIUM_PATH`, else the system's, else on Linux the one from npm.
 *
 * @returns its path, or `undefined` for the browser that `npx playwright install chromium` puts in place
 * @throws Error saying what to install when the browser found cannot start
 */
export async function findChromium(): Promise<string | undefined> {
  const path =
    process.env.CHROMIUM_PATH || (await firstExecutable(USUAL_PLACES)) || (process.platform === 'linux' ? await chromium.executablePath() : undefined);
  if (path && process.platform === 'linux') await assertStarts(path);
  return path;
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths)
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  return undefined;
}

/** A missing library would otherwise show itself only as a browser that closed, in every test. */
async function assertStarts(path: string): Promise<void> {
  try {
    await run(path, ['--version']);
  } catch (error) {
    const detail = (error instanceof Error && 'stderr' in error && String(error.stderr).trim()) || String(error);
    throw new Error(
      `The browser at ${path} cannot start: ${detail}\nInstall one with "apt-get install -y chromium" or "npx playwright install chromium", or name one in CHROMIUM_PATH.`,
      { cause: error },
    );
  }
}
