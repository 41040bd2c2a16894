import { describe, expect, it } from 'vitest';
import { importGraph, productFiles, withoutComments } from './source-tree.ts';

const sources = productFiles();
const within = (folder: string) => sources.filter(({ path }) => path.startsWith(`${folder}/`));

const offenders = (pattern: RegExp, allowed: RegExp) =>
  sources
    .filter(({ path, text }) => !allowed.test(path) && pattern.test(withoutComments(text)))
    .map(({ path }) => path);

describe('each security-sensitive primitive is used in one place only', () => {
  it.each<[string, RegExp, RegExp, string]>([
    [
      'jsonwebtoken',
      /from 'jsonwebtoken'/,
      /core\/src\/token\/access-token\.ts$|^apps\/bench\/src\/peers\/servers\//,
      'our stricter parsing is added once; other implementations are measured unchanged',
    ],
    [
      'node:crypto',
      /from 'node:crypto'/,
      /core\/src\/(lib\/(crypto|mac)|keys\/(keys|derived-keys|key-faults|weak-rsa|weak-secrets))\.ts$|keys\/src\/private-jwk\.ts$|bench\/src\/bench-ring\.ts$|release\/src\/packed-once\.ts$/,
      'primitives are chosen in one place; keys are created, read and checked in few',
    ],
    [
      'the system clock',
      /Date\.now\(|new Date\(\)/,
      /(core|doctor)\/src\/lib\/clock\.ts$|^apps\/(bench|web|examples\/src\/guide)\/|devtools\/src\/(panel|trials)\//,
      'the clock is injected, so that tests can set time and skew; pages and readers of the guide have their own',
    ],
    [
      'process.env',
      /process\.env/,
      /server\/src\/config\/env\.ts$|^apps\/(test-services|release|examples\/src\/guide)\/|devtools\/src\/server\/refuse-production\.ts$/,
      'configuration is parsed once, with every fault listed; the inspector refuses production; readers of the guide know process.env',
    ],
    [
      'Set-Cookie strings',
      /stringifySetCookie|HttpOnly;/,
      /http\/src\/cookies\/session-cookies\.ts$/,
      'cookie attributes are set in one place',
    ],
    [
      'cookie parsing',
      /from 'cookie'/,
      /http\/src\/cookies\/session-cookies\.ts$/,
      'several cookies of one name need one rule',
    ],
    [
      'ws',
      /import (?!type)[^;]*from 'ws'/,
      /trpc\/src\/streams\/websocket\.ts$|^apps\//,
      'an app without WebSockets runs without ws: @latchkey/trpc/streams alone loads it',
    ],
    ['dangerouslySetInnerHTML', /dangerouslySetInnerHTML/, /^$/, 'user input never becomes markup'],
    [
      'browser storage',
      /localStorage|sessionStorage/,
      /web\/src\/lib\/theme\.ts$|react\/src\/session\/tab-sync\.ts$|devtools\/src\/place\/storage\.ts$/,
      'tokens must not be stored there; the inspector keeps its place and what happened, without tokens',
    ],
  ])('%s', (_name, pattern, allowed, reason) => {
    expect(offenders(pattern, allowed), reason).toEqual([]);
  });
});

describe('imports between layers', () => {
  const importsOf = (folder: string) =>
    sources
      .filter(({ path }) => new RegExp(`^${folder}`).test(path))
      .flatMap(({ path, text }) =>
        [
          ...withoutComments(text).matchAll(
            /(import type|import|export type|export)[^'";]*from '([^'.][^']*)'/g,
          ),
        ].map(([, verb, from = '']) => ({ path, verb, from })),
      );

  it.each([
    ['packages/core', /^(jsonwebtoken|zod|node:crypto)$/],
    ['packages/keys', /^(@latchkey\/core(\/crypto)?|zod|node:crypto)$/],
    ['packages/redis', /^(@latchkey\/core|ioredis)$/],
    [
      'packages/sql',
      /^(@latchkey\/(core(\/crypto)?|keys)|kysely(\/migration)?|pg|node:(async_hooks|fs|path|sqlite|timers\/promises))$/,
    ],
    [
      'packages/react',
      /^(@latchkey\/trpc|@tanstack\/react-query|@trpc\/(client|server\/observable|server)|react)$/,
    ],
    [
      'packages/http',
      /^(@latchkey\/core|@opentelemetry\/api|cookie|on-headers|zod|node:(http|net))$/,
    ],
    [
      'packages/devtools/src/server/',
      /^(@latchkey\/(core|http|trpc(\/streams)?)|lru-cache|node:(async_hooks|http|timers\/promises))$/,
    ],
    [
      'packages/devtools/src/(?!server/)',
      /^(@latchkey\/(core|react)|@tanstack\/react-query|react|react-dom)$/,
    ],
    ['packages/trpc', /^(@latchkey\/(core|http)|@trpc\/server(\/.*)?|ws|zod|node:(http|net))$/],
    [
      'packages/doctor',
      /^(get-tsconfig|semver\/[\w/-]+\.js|node:(fs|path|readline\/promises|stream|timers\/promises|util))$/,
    ],
  ])('%s imports only allowed layers', (folder, allowed) => {
    const found = importsOf(folder);
    expect(found.length).toBeGreaterThan(2);
    expect(found.filter(({ from }) => !allowed.test(from))).toEqual([]);
  });

  it('@latchkey/trpc loads neither its streams entry nor ws', () => {
    const home = 'packages/trpc/src';
    const graph = importGraph(within(home), 'value');
    const loaded = new Set([`${home}/index.ts`]);
    for (const file of loaded) for (const next of graph.get(file) ?? []) loaded.add(next);
    expect(loaded).toContain(`${home}/streams/session-streams.ts`);
    expect([...loaded].filter((file) => /streams\/(index|websocket)/.test(file))).toEqual([]);
  });

  it.each(['apps/web/', 'packages/react/', 'packages/devtools/src/(?!server/)'])(
    '%s imports only types from the server, except the rules of usernames and passwords',
    (folder) => {
      expect(
        importsOf(folder).filter(
          ({ verb, from }) =>
            /^@latchkey\/(?!(devtools|react)$|server\/account-rules$)/.test(from) &&
            !/^(import|export) type$/.test(verb),
        ),
      ).toEqual([]);
    },
  );
});

describe('source files', () => {
  it('source files spread no store, layer, feed, database or accounts: a class would lose its methods (D5)', () => {
    const spread =
      /\.\.\.(\w+\.)?(store|layer|feed|database|accounts|auditLog|cache|inner)\b(?!\.|\()/;
    expect(
      sources.filter(({ text }) => spread.test(withoutComments(text))).map(({ path }) => path),
    ).toEqual([]);
  });

  it('source files have at most 250 lines', () => {
    expect(
      sources.filter(({ text }) => text.split('\n').length > 250).map(({ path }) => path),
    ).toEqual([]);
  });
});
