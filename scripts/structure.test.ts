import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  allFiles,
  DIALECT,
  folderSizes,
  importCircles,
  importGraph,
  importLevels,
  linesOfCode,
  productFiles,
  withoutComments,
} from './source-tree.ts';

const files = allFiles();
const sources = productFiles(files);
const workspaceOf = (path: string) => path.split('/').slice(0, 2).join('/');
const workspaces = [...new Set(files.map(({ path }) => workspaceOf(path)))];
const packages = workspaces.filter((name) => name.startsWith('packages/'));
const within = (folder: string) => sources.filter(({ path }) => path.startsWith(`${folder}/`));

describe('the tree of each workspace', () => {
  it.each(workspaces)('%s has no circle of imports', (workspace) => {
    expect(importCircles(importGraph(within(workspace)))).toEqual([]);
  });

  it.each(packages)('%s has at most six levels of imports below its index', (workspace) => {
    const own = within(workspace).filter(({ path }) => !path.endsWith('/src/index.ts'));
    expect(importLevels(importGraph(own, 'value'))).toBeLessThanOrEqual(6);
  });

  it.each([...packages, 'apps/server'])('%s has at most twelve files in a folder', (workspace) => {
    const large = [...folderSizes(within(workspace))].filter(([, size]) => size > 12);
    expect(large).toEqual([]);
  });
});

describe('the core of the protocol', () => {
  const CORE = 'packages/core/src';
  it('the core of the protocol has at most 1,180 lines of code', () => {
    const protocol = sources.filter(
      ({ path }) =>
        path.startsWith(`${CORE}/session/`) ||
        ['session-layer', 'options', 'errors'].some((name) => path === `${CORE}/${name}.ts`),
    );
    expect(protocol.length).toBeGreaterThan(10);
    expect(linesOfCode(protocol)).toBeLessThanOrEqual(1_180);
  });
});

describe('imports between workspaces', () => {
  const exportsOf = (workspace: string): string[] => {
    const path = fileURLToPath(new URL(`../${workspace}/package.json`, import.meta.url));
    const { name, exports = {} } = JSON.parse(readFileSync(path, 'utf8'));
    return Object.keys(exports).map((entry) => name + entry.slice(1));
  };
  const exported = new Set(workspaces.flatMap(exportsOf));

  it.each(workspaces)('%s imports no file of another workspace by path', (workspace) => {
    const foreign = files
      .filter(({ path }) => path.startsWith(`${workspace}/`))
      .flatMap(({ path, text }) =>
        [...withoutComments(text).matchAll(/from '((?:\.\.\/)+[^']+|@latchkey\/[^']+)'/g)]
          .map(([, specifier = '']) => specifier)
          .filter((specifier) =>
            specifier.startsWith('@')
              ? !exported.has(specifier)
              : !new URL(specifier, `file:///${path}`).pathname.startsWith(`/${workspace}/`),
          )
          .map((specifier) => `${path}: ${specifier}`),
      );
    expect(foreign).toEqual([]);
  });
});
/** A line of a comment; the formatter keeps the width of the code. */
const COMMENT = /^\s*(\/?\*|\/\/)/;

describe('the words and lines of source files, tests included', () => {
  it('no file uses the dialect', () => {
    const found = files.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          DIALECT.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
    expect(found).toEqual([]);
  });

  it.each(packages)('%s has no comment over 100 columns', (workspace) => {
    const found = within(workspace).flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          line.length > 100 && COMMENT.test(line) && !line.includes('://')
            ? [`${path}:${index + 1}`]
            : [],
        ),
    );
    expect(found).toEqual([]);
  });
});
