import { describe, expect, it } from 'vitest';
import { importGraph, productFiles, withoutComments } from './source-tree.ts';

const sources = productFiles();
const within = (folder: string) => sources.filter(({ path }) => path.startsWith(`${folder}/`));

const offenders = (pattern: RegExp, allowed: RegExp) =>
  sources
    .filter(({ path, text }) => !allowed.test(path) && pattern.test(withoutComments(text)))
    .map(({ path }) => path);

describe('each dangerous thing has one home', () => {
  it.each<[string, RegExp, RegExp, string]>([
    [
      'jsonwebtoken',
      /from 'jsonwebtoken'/,
      /core\/src\/token\/access-token\.ts$|^apps\/bench\/src\/peers\/servers\//,
      'strictness is ours to add, once; what others do without us is measured as they do it',
    ],
    [
      'node:crypto',
      /from 'node:crypto'/,
      /core\/src\/(lib\/crypto|keys\/(keys|derived-keys|key-faults|weak-rsa|weak-secrets))\.ts$|keys\/src\/private-jwk\.ts$|bench\/src\/bench-ring\.ts$|release\/src\/packed-once\.ts$/,
      'primitives are chosen in one place, keys made, read and judged in few',
    ],
    [
      'the system clock',
      /Date\.now\(|new Date\(\)/,
      /core\/src\/lib\/clock\.ts$|^apps\/(bench|web)\//,
      'time is handed in, so that tests and skew are possible',
    ],
    [
      'process.env',
      /process\.env/,
      /server\/src\/config\/env\.ts$|^apps\/(test-services|release)\//,
      'configuration is parsed once, with every fault listed',
    ],
    [
      'Set-Cookie strings',
      /stringifySetCookie|HttpOnly;/,
      /http\/src\/cookies\/session-cookies\.ts$/,
      'attributes are decided once',
    ],
    [
      'cookie parsing',
      /from 'cookie'/,
      /http\/src\/cookies\/session-cookies\.ts$/,
      'several cookies of one name need care',
    ],
    [
      'ws',
      /import (?!type)[^;]*from 'ws'/,
      /trpc\/src\/streams\/websocket\.ts$|^apps\//,
      'an app without WebSockets runs without ws: @latchkey/trpc/streams alone loads it',
    ],
    [
      'dangerouslySetInnerHTML',
      /dangerouslySetInnerHTML/,
      /^$/,
      'nothing people typed becomes markup',
    ],
    [
      'browser storage',
      /localStorage|sessionStorage/,
      /web\/src\/lib\/theme\.ts$|react\/src\/session\/tab-sync\.ts$/,
      'no token may ever be there',
    ],
  ])('%s', (_name, pattern, allowed, reason) => {
    expect(offenders(pattern, allowed), reason).toEqual([]);
  });
});

describe('imports go one way', () => {
  const importsOf = (folder: string) =>
    sources
      .filter(({ path }) => path.startsWith(folder))
      .flatMap(({ path, text }) =>
        [
          ...withoutComments(text).matchAll(
            /(import type|import|export)[^'";]*from '([^'.][^']*)'/g,
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
    ['packages/trpc', /^(@latchkey\/(core|http)|@trpc\/server(\/.*)?|ws|zod|node:(http|net))$/],
  ])('%s imports only what it may', (folder, allowed) => {
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

  it.each(['apps/web', 'packages/react'])(
    '%s imports the server as a type only, but for the rules of names and passwords',
    (folder) => {
      expect(
        importsOf(folder).filter(
          ({ verb, from }) =>
            /^@latchkey\/(?!react$|server\/account-rules$)/.test(from) && verb !== 'import type',
        ),
      ).toEqual([]);
    },
  );
});

describe('files stay small', () => {
  it('none is over 250 lines', () => {
    expect(
      sources.filter(({ text }) => text.split('\n').length > 250).map(({ path }) => path),
    ).toEqual([]);
  });
});
