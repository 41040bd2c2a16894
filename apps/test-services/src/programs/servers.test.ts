import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, fakeMachine } from './fake-machine.ts';
import { findServer, SERVER_PROGRAMS } from './servers.ts';

let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'latchkey-servers-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

/** Creates a fake Debian whose packages can be downloaded and contain the given files. */
function debian({
  files,
  isRoot = false,
  simulate = () => 'Inst caddy (2.6.2)\n',
}: {
  files: string[];
  isRoot?: boolean;
  simulate?: () => Answer;
}) {
  const present = new Set<string>();
  return fakeMachine({ cache, isRoot, env: { PATH: '/bin' } }, present, (command, { cwd = '' }) => {
    if (command.includes('--simulate')) return simulate();
    if (command.startsWith('apt-get download'))
      for (const name of command.split(' ').slice(2)) writeFileSync(join(cwd, `${name}.deb`), '');
    if (!command.startsWith('dpkg -x')) return undefined;
    for (const file of files) {
      mkdirSync(join(command.split(' ')[3] ?? '', file, '..'), { recursive: true });
      writeFileSync(join(command.split(' ')[3] ?? '', file), '');
      present.add(join(cache, 'caddy', file));
    }
    return undefined;
  });
}

describe('findServer', () => {
  it("findServer returns the system's program", async () => {
    const machine = fakeMachine(
      { env: { PATH: '/opt/a:/opt/b' } },
      new Set(['/opt/b/redis-server']),
    );
    expect(await findServer(SERVER_PROGRAMS.redis, machine)).toEqual({
      path: '/opt/b/redis-server',
      env: machine.env,
    });
    expect(machine.ran).toEqual([]);
  });

  it('findServer unpacks a package that is one static binary without libraries', async () => {
    const machine = debian({ files: ['usr/bin/caddy'] });
    expect(await findServer(SERVER_PROGRAMS.caddy, machine)).toEqual({
      path: join(cache, 'caddy/usr/bin/caddy'),
      env: { PATH: '/bin' },
    });
    expect(readdirSync(cache)).toEqual(['caddy']);
  });

  it('findServer unpacks a package with the libraries that the system lacks, and names their folder', async () => {
    const machine = debian({
      files: ['usr/bin/caddy', 'usr/lib/x86_64-linux-gnu/liba.so'],
      simulate: () => 'Inst liba (1)\nInst caddy (2)\n',
    });
    const { env } = await findServer(SERVER_PROGRAMS.caddy, machine);
    expect(env).toEqual({
      PATH: '/bin',
      LD_LIBRARY_PATH: join(cache, 'caddy/usr/lib/x86_64-linux-gnu'),
    });
    expect(machine.ran).toContain('apt-get download liba caddy');
  });

  it('findServer uses a package that was unpacked before', async () => {
    const machine = debian({ files: ['usr/bin/caddy'] });
    await findServer(SERVER_PROGRAMS.caddy, machine);
    machine.ran.length = 0;
    await findServer(SERVER_PROGRAMS.caddy, machine);
    expect(machine.ran).toEqual([]);
  });

  it('findServer fetches the lists of packages as root if there are none', async () => {
    let simulations = 0;
    const simulate = () =>
      simulations++ === 0 ? new Error('E: Unable to locate package caddy') : 'Inst caddy (2.6.2)\n';
    const machine = debian({ files: ['usr/bin/caddy'], isRoot: true, simulate });
    await findServer(SERVER_PROGRAMS.caddy, machine);
    expect(machine.ran[1]).toBe('apt-get update -qq');
  });

  it.each<[string, boolean, Error, string]>([
    [
      'no network for packages',
      true,
      new Error('E: Unable to locate package caddy'),
      'Unable to locate package caddy',
    ],
    [
      'no lists of packages without root',
      false,
      new Error('E: Unable to locate package caddy'),
      'Unable to locate package caddy',
    ],
    [
      'no apt-get',
      true,
      Object.assign(new Error('spawn apt-get ENOENT'), { code: 'ENOENT' }),
      'spawn apt-get ENOENT',
    ],
  ])(
    'findServer refuses in one sentence that names the fix, and leaves nothing behind: %s',
    async (_name, isRoot, error, reason) => {
      const machine = debian({ files: [], isRoot, simulate: () => error });
      await expect(findServer(SERVER_PROGRAMS.caddy, machine)).rejects.toThrow(
        `The tests need caddy 2.6 or later on the PATH ("apt-get install caddy" or "brew install caddy"), and Debian's caddy could not be fetched (${reason}): install it, or check that Debian's packages can be reached.`,
      );
      expect(readdirSync(cache)).toEqual([]);
    },
  );

  it('findServer keeps the folder of the process that was first', async () => {
    const machine = debian({ files: ['usr/bin/caddy'] });
    await Promise.all([
      findServer(SERVER_PROGRAMS.caddy, machine),
      findServer(SERVER_PROGRAMS.caddy, machine),
    ]);
    expect(existsSync(join(cache, 'caddy/usr/bin/caddy'))).toBe(true);
    expect(readdirSync(cache)).toEqual(['caddy']);
  });
});
