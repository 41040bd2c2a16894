import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeMachine } from './fake-machine.ts';
import { postgresBinaries, UNPRIVILEGED_USER } from './postgres-binaries.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-binaries-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('postgresBinaries returns the binaries from npm to a user who is not root', async () => {
  const { initdb, postgres, owner } = await postgresBinaries(
    fakeMachine({ platform: process.platform, arch: process.arch }, new Set()),
    folder,
  );
  expect([statSync(initdb).isFile(), statSync(postgres).isFile(), owner]).toEqual([true, true, {}]);
  expect(readdirSync(folder)).toEqual([]);
});

it('postgresBinaries returns to root a copy that every user can read', async () => {
  const machine = fakeMachine(
    { platform: process.platform, arch: process.arch, isRoot: true },
    new Set(),
  );
  const { postgres, owner } = await postgresBinaries(machine, folder);
  expect(owner).toEqual({ uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER });
  const [copy = '', ...others] = readdirSync(folder);
  expect([postgres, others]).toEqual([join(folder, copy, 'native/bin/postgres'), []]);
  expect(statSync(join(folder, copy)).mode & 0o777).toBe(0o755);
});

it('postgresBinaries says in one sentence what to install if npm ships no PostgreSQL', async () => {
  const machine = fakeMachine({ arch: 'riscv64' }, new Set());
  await expect(postgresBinaries(machine, folder)).rejects.toThrow(
    'The tests need PostgreSQL 14 or later, which npm does not ship for linux riscv64: install it with "apt-get install postgresql".',
  );
});
