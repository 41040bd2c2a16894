import { expect, it } from 'vitest';
import { exportFaults } from './check-exports.ts';

const built = { types: './dist/index.d.ts', default: './dist/index.js' };
const exportsOf = (exports: object, published: object) =>
  exportFaults({
    name: 'thing',
    version: '1.0.0',
    exports: { ...exports },
    publishConfig: { exports: { ...published } },
  });

it("accepts published exports that match the workspace's, apart from sources", () => {
  const own = {
    '.': { '@latchkey/source': './src/index.ts', ...built },
  };
  expect(exportsOf(own, { '.': built })).toEqual([]);
});

it.each<[string, object, object]>([
  [
    'an entry that is not published',
    { '.': { '@latchkey/source': './src/index.ts', ...built } },
    {},
  ],
  ['an entry that only is published', {}, { '.': built }],
  [
    'a source of another name',
    { '.': { '@latchkey/source': './src/main.ts', ...built } },
    { '.': built },
  ],
  [
    'a source that is published',
    { '.': { '@latchkey/source': './src/index.ts', ...built } },
    { '.': { '@latchkey/source': './src/index.ts', ...built } },
  ],
])('the check of exports finds %s', (_title, exports, published) => {
  expect(exportsOf(exports, published)).toEqual([
    expect.stringContaining('"exports" and "publishConfig.exports" differ for "."'),
  ]);
});
