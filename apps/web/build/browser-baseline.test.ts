import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import baseline from 'eslint-plugin-baseline-js';
import { build, type Rolldown, transformWithOxc } from 'vite';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BROWSERS } from './browsers.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const repository = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Selectors for features that the plugin does not know, or cannot find without types. Their names
 * are unambiguous.
 */
const EXTRA_SELECTORS: Readonly<Record<string, string>> = {
  requestidlecallback: 'CallExpression[callee.name="requestIdleCallback"]',
  'url-parse': 'MemberExpression[object.name="URL"][property.name="parse"]',
  'explicit-resource-management': 'VariableDeclaration[kind=/using$/]',
  'set-methods':
    'CallExpression > MemberExpression.callee[property.name=/^(symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)$/]',
  'uint8array-base64-hex':
    'CallExpression > MemberExpression.callee[property.name=/^(toBase64|setFromBase64|setFromHex)$/]',
  float16array: 'NewExpression[callee.name="Float16Array"]',
  'view-transitions':
    'CallExpression > MemberExpression.callee[property.name="startViewTransition"]',
};

/**
 * Features that are used only where the browser supports them, by package or own file, with the
 * reason.
 */
const GUARDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '@tanstack/router-core': {
    'view-transitions': 'checks for document.startViewTransition',
  },
  '@trpc/server': {
    'explicit-resource-management': 'polyfills Symbol.dispose and Symbol.asyncDispose',
  },
  'apps/web/src/app/use-idle-preload.ts': {
    'network-information': 'checks for navigator.connection',
    requestidlecallback: 'checks for it, and waits half a second otherwise',
  },
  'apps/web/src/features/admin/users/one-time-password.tsx': {
    'async-clipboard': 'writes text only, and says so where it cannot',
  },
  'react-dom': {
    'network-information': 'checks for navigator.connection',
    'view-transitions': 'only for <ViewTransition>, which the app does not use',
  },
  zod: { proto: 'names it to skip it; every browser has it' },
};

const config: Linter.Config = {
  files: ['**/*'],
  plugins: { 'baseline-js': baseline as never },
  linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
  languageOptions: { ecmaVersion: 'latest', sourceType: 'module' },
  rules: {
    'baseline-js/use-baseline': [
      'error',
      {
        available: 2023,
        includeWebApis: { preset: 'auto' },
        includeJsBuiltins: { preset: 'auto' },
      },
    ],
    'no-restricted-syntax': [
      'error',
      ...Object.entries(EXTRA_SELECTORS).map(([id, selector]) => ({
        selector,
        message: `Feature '${id}' (${id})`,
      })),
    ],
  },
};

/**
 * Returns the features beyond Baseline 2023 in a piece of code, by their ids in
 * https://github.com/web-platform-dx/web-features.
 */
function featuresIn(code: string): string[] {
  return new Linter()
    .verify(code, config)
    .map(({ message }) => / \(([\w-]+)\)/.exec(message)?.[1] ?? message);
}

/** Returns the package of a module, or the path of an own file. */
function ownerOf(id: string): string {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
  return name ?? relative(repository, id.replace(/^\0|\?.*$/g, ''));
}

describe('the baseline check', () => {
  it.each([
    ['promise-withresolvers', 'Promise.withResolvers()'],
    ['array-group', 'Object.groupBy(rows, key)'],
    ['array-group', 'Map.groupBy(rows, key)'],
    ['array-fromasync', 'Array.fromAsync(rows)'],
    ['set-methods', 'kept.isSubsetOf(all)'],
    ['iterator-methods', 'Iterator.from(rows)'],
    ['regexp-escape', 'RegExp.escape(text)'],
    ['uint8array-base64-hex', 'Uint8Array.fromBase64(text)'],
    ['explicit-resource-management', '{ using file = open() }'],
    ['url-parse', 'URL.parse(text)'],
    ['requestidlecallback', 'requestIdleCallback(run)'],
    ['requestidlecallback', 'window.requestIdleCallback(run)'],
    ['abortsignal-any', 'AbortSignal.any(signals)'],
    ['promise-try', 'Promise.try(run)'],
  ])('the baseline check finds %s in %s', (feature, code) => {
    expect(featuresIn(code)).toEqual([feature]);
  });

  it.each([
    'rows.toSorted()',
    'structuredClone(rows)',
    'rows.at(-1) ?? null',
    'crypto.randomUUID()',
    'navigator.locks.request(name, run)',
    'text.isWellFormed()',
  ])('the baseline check accepts %s, which is Baseline 2023', (code) => {
    expect(featuresIn(code)).toEqual([]);
  });
});

/**
 * Without this check, Promise.withResolvers was used, and the password dialog did not open in older
 * browsers (C5).
 */
describe('the built app', () => {
  /** The modules as rendered in the bundle, with their owners. */
  const modules: { readonly owner: string; readonly code: string }[] = [];
  beforeAll(async () => {
    vi.stubEnv('NODE_ENV', 'production');
    vi.spyOn(console, 'log').mockReturnValue();
    const { output } = (await build({
      root,
      configFile: `${root}vite.config.ts`,
      logLevel: 'silent',
      build: { write: false },
    })) as Rolldown.RolldownOutput;
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    for (const chunk of output)
      if (chunk.type === 'chunk')
        for (const [id, { code }] of Object.entries(chunk.modules))
          if (code) modules.push({ owner: ownerOf(id), code });
  });

  it('the built app uses features beyond Baseline 2023 only where they are supported', () => {
    const found = modules.flatMap(({ owner, code }) =>
      featuresIn(code).map((feature) => `${owner}: ${feature}`),
    );
    const guarded = Object.entries(GUARDED).flatMap(([owner, features]) =>
      Object.keys(features).map((feature) => `${owner}: ${feature}`),
    );
    expect([...new Set(found)].toSorted()).toEqual(guarded.toSorted());
    expect(
      modules.filter(({ owner }) => owner.startsWith('packages/react/src/')).length,
    ).toBeGreaterThan(10);
  });
});

it('packages/react uses no feature beyond Baseline 2023', async () => {
  const folder = `${repository}packages/react/src/`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.includes('.test.'),
  );
  const found = await Promise.all(
    files.map(async (name) =>
      featuresIn((await transformWithOxc(readFileSync(folder + name, 'utf8'), name)).code).map(
        (feature) => `${name}: ${feature}`,
      ),
    ),
  );
  expect(found.flat()).toEqual([]);
  expect(files.length).toBeGreaterThan(15);
});

it('docs/client.md names the browsers of the build', () => {
  const page = readFileSync(`${repository}docs/client.md`, 'utf8');
  expect(BROWSERS).toEqual(['chrome120', 'edge120', 'firefox121', 'safari17.0']);
  expect(page).toContain('Baseline 2023: Chrome and Edge 120, Firefox 121, Safari 17.0');
});
