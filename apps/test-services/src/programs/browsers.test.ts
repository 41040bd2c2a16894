import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fullChromium, headlessShell } from './browsers.ts';
import { type Answer, fakeMachine } from './fake-machine.ts';

const APT = '/usr/bin/apt-get';
const SHELL = '/usr/bin/chromium-headless-shell';
const FULL = '/usr/bin/chromium';
const NAMED = '/opt/browser';
const CURRENT = 'Chromium 156.0.8078.108 ';
const LACKS_LIBRARY = new Error(
  'chromium: error while loading shared libraries: libnss3.so: cannot open shared object file',
);
const NO_NETWORK = new Error(
  "E: Failed to fetch http://deb.debian.org/libnss3.deb  Temporary failure resolving 'deb.debian.org'\nE: Unable to fetch some archives",
);

let cache = '';
let packed = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'latchkey-browsers-'));
  packed = join(cache, 'chromium-153.0.0', 'chromium');
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

type Situation = Parameters<typeof fakeMachine>[0] & {
  readonly programs?: readonly string[];
  /**
   * The output of each browser when it is asked for its version; the browser from npm lacks
   * libraries unless it is named here.
   */
  readonly versions?: Readonly<Record<string, Answer>>;
  readonly apt?: Answer;
};

/** Creates a fake machine on which installing a Debian package adds its program. */
function machineWith({ programs = [], versions = {}, apt = '', ...rest }: Situation) {
  const present = new Set(programs);
  const installs: Record<string, string> = { 'chromium-headless-shell': SHELL, chromium: FULL };
  return fakeMachine({ cache, ...rest }, present, (command) => {
    const [file = '', option, ...others] = command.split(' ');
    if (option === '--version')
      return versions[file] ?? (file === packed ? LACKS_LIBRARY : CURRENT);
    if (option === '--product-version') return file === FULL ? '156.0.8078.108\n' : '<html></html>';
    if (file !== 'apt-get') return '';
    if (option === 'install' && typeof apt === 'string')
      present.add(installs[others.at(-1) ?? ''] ?? '');
    return apt;
  });
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it was found'),
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('headlessShell', () => {
  it('headlessShell returns the browser from npm if it starts, even beside a full Chromium', async () => {
    const machine = machineWith({
      programs: [packed, FULL, SHELL, APT],
      versions: { [packed]: CURRENT },
      isRoot: true,
    });
    expect(await headlessShell(machine)).toBe(packed);
    expect(machine.ran).toEqual([`${packed} --version`]);
  });

  it('headlessShell unpacks the browser from npm into a folder that appears when it is complete', async () => {
    const machine = machineWith({ versions: { [packed]: CURRENT } });
    expect(await headlessShell(machine)).toBe(packed);
    expect(machine.ran[0]).toMatch(/unpack-browser\.ts$/);
    expect(readdirSync(cache)).toEqual(['chromium-153.0.0']);
  });

  it("headlessShell returns Debian's if the browser from npm lacks libraries, even beside a Chromium", async () => {
    expect(await headlessShell(machineWith({ programs: [packed, FULL, SHELL] }))).toBe(SHELL);
  });

  it("headlessShell returns Debian's on an architecture that npm has no browser for", async () => {
    const machine = machineWith({ programs: [SHELL], arch: 'arm64' });
    expect(await headlessShell(machine)).toBe(SHELL);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("headlessShell installs Debian's package as root and shows the progress", async () => {
    const status = [
      'dlstatus:1:50.0:Retrieving file 1 of 2',
      'pmstatus:libnss3:10.0:Unpacking',
      'pmstatus:libnss3:100:Installed',
    ].join('\n');
    const machine = machineWith({ programs: [packed, APT, FULL], isRoot: true, apt: status });
    expect(await headlessShell(machine)).toBe(SHELL);
    expect(machine.shown).toEqual([
      "Installing Debian's chromium-headless-shell with apt-get …",
      '  chromium-headless-shell: 20 %',
      '  chromium-headless-shell: 50 %',
      '  chromium-headless-shell: 100 %',
    ]);
  });

  it('headlessShell returns the browser of CHROMIUM_PATH, even a full one', async () => {
    expect(
      await headlessShell(
        machineWith({ programs: [NAMED, packed], env: { CHROMIUM_PATH: NAMED } }),
      ),
    ).toBe(NAMED);
  });

  it('headlessShell leaves the choice to Playwright on macOS', async () => {
    expect(await headlessShell(machineWith({ platform: 'darwin', arch: 'arm64' }))).toBeUndefined();
  });
});

describe('fullChromium', () => {
  it("fullChromium returns the system's Chromium", async () => {
    expect(await fullChromium(machineWith({ programs: [packed, SHELL, FULL] }))).toBe(FULL);
  });

  it('fullChromium returns the browser of CHROMIUM_PATH if it is a full one', async () => {
    expect(
      await fullChromium(
        machineWith({ programs: [FULL, '/usr/bin/google-chrome'], env: { CHROMIUM_PATH: FULL } }),
      ),
    ).toBe(FULL);
  });

  it('fullChromium does not return the browser of CHROMIUM_PATH if it is a headless shell', async () => {
    expect(
      await fullChromium(machineWith({ programs: [NAMED, FULL], env: { CHROMIUM_PATH: NAMED } })),
    ).toBe(FULL);
  });

  it("fullChromium installs Debian's chromium as root", async () => {
    const machine = machineWith({ programs: [APT, packed, SHELL], isRoot: true });
    expect(await fullChromium(machine)).toBe(FULL);
    expect(machine.ran[0]).toMatch(/^apt-get install .*chromium$/);
  });
});

describe('browsers that cannot be used', () => {
  const OR = 'or name a Chromium 153 or later in CHROMIUM_PATH';
  const named = (versions: Record<string, Answer>): Situation => ({
    programs: [NAMED],
    env: { CHROMIUM_PATH: NAMED },
    versions,
  });
  it.each<[string, Situation, string]>([
    [
      'no network for packages',
      { programs: [packed, APT], isRoot: true, apt: NO_NETWORK },
      `The browser tests need Chromium's headless shell, and apt-get could not install chromium-headless-shell (Failed to fetch http://deb.debian.org/libnss3.deb  Temporary failure resolving 'deb.debian.org'): check that Debian's packages can be reached, ${OR}.`,
    ],
    [
      'no root',
      { programs: [packed, APT] },
      `The browser tests need Chromium's headless shell: run "apt-get install -y chromium-headless-shell" as root, ${OR}.`,
    ],
    [
      'unknown architecture without apt-get',
      { arch: 'riscv64' },
      `The browser tests need Chromium's headless shell, which the tests cannot install on linux riscv64: install Chromium, ${OR}.`,
    ],
    [
      'an old browser',
      named({ [NAMED]: 'Google Chrome 140.0.7339.80' }),
      `CHROMIUM_PATH is ${NAMED}, which is Chromium 140, too old for the tests: update it, ${OR}.`,
    ],
    [
      'another browser',
      named({ [NAMED]: 'Mozilla Firefox 140.0' }),
      `CHROMIUM_PATH is ${NAMED}, which is not Chromium (it says "Mozilla Firefox 140.0"): install Chromium, ${OR}.`,
    ],
    [
      'a browser that does not start',
      named({ [NAMED]: LACKS_LIBRARY }),
      `CHROMIUM_PATH is ${NAMED}, which does not start (${LACKS_LIBRARY.message}): install what it lacks, ${OR}.`,
    ],
    [
      'a path where no program is',
      { env: { CHROMIUM_PATH: NAMED } },
      `CHROMIUM_PATH is ${NAMED}, and no program is there: name a Chromium 153 or later, or unset it.`,
    ],
  ])(
    'a browser that cannot be used is refused in one sentence that names the fix: %s',
    async (_name, situation, sentence) => {
      expect(await refusal(headlessShell(machineWith(situation)))).toBe(
        `ProgramError: ${sentence}`,
      );
      expect(readdirSync(cache).filter((name) => name.startsWith('unpacking'))).toEqual([]);
    },
  );

  it('a missing full browser without root is refused in one sentence', async () => {
    expect(await refusal(fullChromium(machineWith({ programs: [APT] })))).toBe(
      `ProgramError: These browser tests need a full Chromium: run "apt-get install -y chromium" as root, ${OR}.`,
    );
  });

  it('a browser from npm that cannot be unpacked is refused in one sentence', async () => {
    const machine = fakeMachine(
      { cache },
      new Set(),
      () => new Error('ENOSPC: no space left on device, write'),
    );
    expect(await refusal(headlessShell(machine))).toBe(
      `ProgramError: The headless shell from npm could not be unpacked (ENOSPC: no space left on device, write): make room in ${cache}, ${OR}.`,
    );
    expect(readdirSync(cache)).toEqual([]);
  });
});
