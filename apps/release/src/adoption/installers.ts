import { PACKAGE_MANAGER } from '../published.ts';

/**
 * How the packages are installed. npm is the most common; pnpm is this repository's, and its store
 * already has most packages, so that it downloads few. `pnpm, isolated` is pnpm's default: a package
 * sees only what it depends on.
 */
export type Installer = 'npm' | 'pnpm' | 'pnpm, isolated' | "Yarn with Plug'n'Play";

/** The package manager with Plug'n'Play, which has no `node_modules`. */
export const YARN = ['npx', '-y', '--prefer-offline', '@yarnpkg/cli-dist@4'] as const;

/** The settings of an installer, by file, and its command. */
interface Installation {
  readonly files: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** Until the packages are in a registry, dependencies between the tarballs need overrides. */
type Tarballs = Readonly<Record<string, string>>;

export const INSTALLERS: Readonly<Record<Installer, (tarballs: Tarballs) => Installation>> = {
  npm: () => ({
    files: {},
    command: ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
  }),
  pnpm: (tarballs) => withPnpm(tarballs, 'hoisted'),
  'pnpm, isolated': (tarballs) => withPnpm(tarballs, 'isolated'),
  "Yarn with Plug'n'Play": () => ({
    files: {
      'yarn.lock': '',
      '.yarnrc.yml': 'enableTelemetry: false\nenableImmutableInstalls: false\nnodeLinker: pnp\n',
    },
    command: [...YARN, 'install'],
  }),
};

/** Strict about peers, as npm is. */
function withPnpm(overrides: Tarballs, nodeLinker: 'hoisted' | 'isolated'): Installation {
  const settings = { packages: ['.'], nodeLinker, strictPeerDependencies: true, overrides };
  const pnpm = ['npx', '-y', '--prefer-offline', PACKAGE_MANAGER];
  return {
    files: { 'pnpm-workspace.yaml': JSON.stringify(settings) },
    command: [...pnpm, 'install', '--prefer-offline', '--loglevel=error'],
  };
}

/**
 * Returns what a project needs, until the packages are in a registry, to find the
 * dependencies between the tarballs (P9).
 */
export const overridesFor = (tarballs: Tarballs): string =>
  [
    "pnpm needs this in pnpm-workspace.yaml, as 'overrides', and Yarn in package.json, as 'resolutions'.",
    "npm needs in package.json, as 'overrides', those that are no dependencies of the project itself:",
    JSON.stringify(tarballs, null, 2),
  ].join('\n');
