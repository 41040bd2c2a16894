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
 * A browser for the tests: `CHROMIUM_PATH`, else the system's, else on Linux the one from npm, else (as root on Debian) the distribution's.
 *
 * @returns its path, or `undefined` for the browser that `npx playwright install chromium` puts in place
 * @throws Error saying what to install when the browser found cannot start
 */
export async function findChromium(): Promise<string | undefined> {
  const path = process.env.CHROMIUM_PATH || (await firstExecutable(USUAL_PLACES));
  if (path || process.platform !== 'linux') return path;
  const packed = await chromium.executablePath();
  const fault = await startFault(packed);
  if (fault === null) return packed;
  if (process.getuid?.() === 0 && (await installed('apt-get'))) return installChromium();
  throw new Error(
    `The browser at ${packed} cannot start: ${fault}\nInstall one with "apt-get install -y chromium" or "npx playwright install chromium", or name one in CHROMIUM_PATH.`,
  );
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

/** Why it does not start, if so: a missing library would otherwise show itself only as a browser that closed, in every test. */
async function startFault(path: string): Promise<string | null> {
  return run(path, ['--version']).then(
    () => null,
    (error: unknown) => (error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)),
  );
}

function installed(command: string): Promise<boolean> {
  return run('which', [command]).then(
    () => true,
    () => false,
  );
}

/** For build machines: the distribution's own browser brings the libraries it needs. */
async function installChromium(): Promise<string> {
  console.log('Installing Chromium with apt-get …');
  await run('apt-get', ['update']);
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
  return '/usr/bin/chromium';
}
