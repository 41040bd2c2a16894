import { describe, expect, it } from 'vitest';
import type { AppFolder } from '../testing/app-folder.ts';
import { checkedFolders, having } from '../testing/checked-folders.ts';

const { idsOf } = checkedFolders();

/** Describes an app that is a TypeScript project. */
const compiling = (tsconfig: string | object, typescript = '5.9.3'): AppFolder => ({
  ...having({ typescript }),
  files: { 'tsconfig.json': tsconfig },
});

/** Apps with one fault each, similar apps without it, and the expected findings. */
const TABLE: readonly (readonly [string, AppFolder, readonly string[]])[] = [
  ['an app without dependencies', {}, []],

  [
    'engines that allow Node 20',
    { manifest: { engines: { node: '>=20' } } },
    ['node-range-too-wide'],
  ],
  [
    'engines of Node 22 as a whole',
    { manifest: { engines: { node: '22' } } },
    ['node-range-too-wide'],
  ],
  ['engines of Node 24 and later', { manifest: { engines: { node: '>=24' } } }, []],
  ['engines that are no range', { manifest: { engines: { node: 'the newest' } } }, []],

  ['a listed package without its peer', having({ '@latchkey/trpc': '0.1.0' }), ['peer-missing']],
  [
    'a listed package with its peer',
    having({ '@latchkey/trpc': '0.1.0', '@trpc/server': '11.9.0' }),
    [],
  ],
  [
    'a peer that npm installed for the package',
    {
      manifest: { dependencies: { '@latchkey/trpc': '0.1.0' } },
      installed: { '@latchkey/trpc': { version: '0.1.0' }, '@trpc/server': { version: '11.9.0' } },
    },
    [],
  ],
  ['a package without the peers that are optional', having({ '@latchkey/core': '0.1.0' }), []],

  [
    'a listed package with a peer that is too old',
    having({ '@latchkey/trpc': '0.1.0', '@trpc/server': '11.8.1' }),
    ['peer-too-old'],
  ],
  [
    'tRPC that is too old for a package to come',
    having({ '@trpc/server': '10.45.2' }),
    ['peer-too-old'],
  ],
  ['a client of tRPC that is too old', having({ '@trpc/client': '11.8.1' }), ['peer-too-old']],
  ['React 18.1', having({ react: '18.1.0' }), ['peer-too-old']],
  ['React Query 5.61', having({ '@tanstack/react-query': '5.61.0' }), ['peer-too-old']],
  ['ws 8.17', having({ ws: '8.17.1' }), ['peer-too-old']],
  [
    'the lowest versions of all peers',
    having({
      '@trpc/server': '11.9.0',
      '@trpc/client': '11.9.0',
      react: '18.2.0',
      '@tanstack/react-query': '5.62.0',
      ws: '8.18.0',
    }),
    [],
  ],
  ['a prerelease of a version in the range', having({ '@trpc/server': '11.10.0-canary.3' }), []],
  [
    'an old package that only another package depends on',
    {
      installed: { ws: { version: '7.0.0' } },
    },
    [],
  ],

  [
    'an old copy of an optional peer that only another package depends on',
    {
      manifest: { dependencies: { '@latchkey/trpc': '0.1.0' } },
      installed: {
        '@latchkey/trpc': { version: '0.1.0' },
        '@trpc/server': { version: '11.9.0' },
        ws: { version: '7.5.10' },
      },
    },
    [],
  ],

  ['a peer of a later major version', having({ react: '20.0.0' }), ['peer-too-new']],

  ['TypeScript 5.7.1', having({ typescript: '5.7.1' }), ['typescript-too-old']],
  ['TypeScript 5.7.2', having({ typescript: '5.7.2' }), []],
  [
    'an old TypeScript of another package, in an app without TypeScript',
    { installed: { typescript: { version: '4.9.5' } } },
    [],
  ],

  ['"moduleResolution": "node"', compiling({ compilerOptions: { moduleResolution: 'node' } }), []],
  [
    '"moduleResolution": "Node10"',
    compiling({ compilerOptions: { moduleResolution: 'Node10' } }),
    [],
  ],
  [
    '"moduleResolution": "classic"',
    compiling({ compilerOptions: { moduleResolution: 'classic' } }),
    ['module-resolution'],
  ],
  [
    '"moduleResolution": "node" in TypeScript 6',
    compiling({ compilerOptions: { moduleResolution: 'node' } }, '6.0.3'),
    [],
  ],
  ['"module": "commonjs"', compiling({ compilerOptions: { module: 'commonjs' } }), []],
  [
    '"module": "esnext"',
    compiling({ compilerOptions: { module: 'esnext' } }),
    ['module-resolution'],
  ],
  ['an empty tsconfig.json', compiling({}), []],
  ['an empty tsconfig.json in TypeScript 6', compiling({}, '6.0.3'), []],
  [
    '"module": "esnext" in TypeScript 6',
    compiling({ compilerOptions: { module: 'esnext' } }, '6.0.3'),
    [],
  ],
  ['"module": "nodenext"', compiling({ compilerOptions: { module: 'NodeNext' } }), []],
  ['"module": "preserve"', compiling({ compilerOptions: { module: 'preserve' } }), []],
  [
    '"moduleResolution": "bundler"',
    compiling({ compilerOptions: { module: 'esnext', moduleResolution: 'bundler' } }),
    [],
  ],
  [
    'comments in tsconfig.json',
    compiling('// ours\n{ "compilerOptions": { "module": "node16", } }'),
    [],
  ],
  [
    'an extended tsconfig.json',
    {
      ...compiling({ extends: './base.json' }),
      files: {
        'tsconfig.json': { extends: './base.json' },
        'base.json': { compilerOptions: { moduleResolution: 'classic' } },
      },
    },
    ['module-resolution'],
  ],
  [
    'a tsconfig.json that extends a missing file',
    compiling({ extends: './none.json' }),
    ['tsconfig-unreadable'],
  ],

  [
    'a listed package that is not installed',
    { manifest: { dependencies: { '@trpc/server': '^11.0.0', express: '^5.0.0' } } },
    ['packages-not-installed'],
  ],
];

describe('check of a folder with one fault', () => {
  it.each(TABLE)('check reports what is wrong with %s', (_title, app, ids) => {
    expect(idsOf(app)).toEqual(ids);
  });

  it.each([
    ['20.19.0', ['node-unsupported']],
    ['22.11.0', ['node-unsupported']],
    ['22.12.0', []],
    ['24.0.0', []],
    ['26.0.0-nightly2026', []],
  ])('check reports, for Node %s, the findings %j', (version, ids) => {
    expect(idsOf({}, version)).toEqual(ids);
  });
});
