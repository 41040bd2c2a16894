import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkedFolders, having, NODE } from '../testing/checked-folders.ts';
import { check } from './check.ts';

const { checked, folders } = checkedFolders();

describe('check of a folder', () => {
  it('check reports an unfit peer as fault for a listed package, else as warning', () => {
    const old = { '@trpc/server': '11.8.1' };
    expect(
      [having({ ...old, '@latchkey/trpc': '0.1.0' }), having(old)].map((app) => checked(app)),
    ).toEqual([
      [
        {
          id: 'peer-too-old',
          severity: 'fault',
          what: '@trpc/server 11.8.1 is installed',
          why: '@latchkey/trpc needs ^11.9.0',
          fix: 'npm install @trpc/server@^11.9.0',
        },
      ],
      [
        {
          id: 'peer-too-old',
          severity: 'warning',
          what: '@trpc/server 11.8.1 is installed',
          why: '@latchkey/trpc, @latchkey/react and @latchkey/devtools can be used with ^11.9.0 only',
          fix: 'npm install @trpc/server@^11.9.0',
        },
      ],
    ]);
  });

  it('follows a tsconfig.json without files to those it refers to, and names the faulty one', () => {
    const folder = folders.make({
      ...having({ typescript: '5.9.3' }),
      files: {
        'tsconfig.json': { files: [], references: [{ path: './web.json' }, { path: './api' }] },
        'web.json': { compilerOptions: { moduleResolution: 'bundler' } },
        'api/tsconfig.json': { compilerOptions: { module: 'es2022' } },
      },
    });
    const whats = () => check({ folder, nodeVersion: NODE }).map(({ what }) => what);
    expect(whats()).toEqual([`${join('api', 'tsconfig.json')} resolves modules as classic`]);
    writeFileSync(
      join(folder, 'api/tsconfig.json'),
      '{ "compilerOptions": { "module": "node18" } }',
    );
    expect(whats()).toEqual([]);
  });

  it('finds packages that a folder above has installed, as Node does', () => {
    const folder = folders.make({
      installed: { '@trpc/server': { version: '11.8.1' } },
      files: { 'apps/api/package.json': { dependencies: { '@trpc/server': '*' } } },
    });
    const found = check({ folder: join(folder, 'apps/api'), nodeVersion: NODE });
    expect(found.map(({ id }) => id)).toEqual(['peer-too-old']);
  });

  it.each([
    ['no package.json', {}, 'has no package.json: name the folder of your app.'],
    ['a package.json that is not JSON', { 'package.json': '{' }, 'is not JSON'],
    ['a package.json that is a number', { 'package.json': '1' }, 'is not JSON'],
  ])('check refuses a folder with %s', (_title, files, message) => {
    const folder = folders.make({ files: { 'empty/file': '', ...files } });
    const target = Object.keys(files).length === 0 ? join(folder, 'empty') : folder;
    expect(() => check({ folder: target })).toThrow(message);
  });
});
