/** Chooses the versions of the packages' peers in a project. */
export interface Versions {
  readonly title: string;
  /**
   * Chooses the version of one peer.
   *
   * @param range the peer range
   * @param own the version that this repository uses, if any
   */
  choose(range: string, own: string | undefined): string;
  /** Packages that an app has beside ours: of those that we work with, as old as the peers. */
  readonly besides: readonly string[];
}

export const LOWEST: Versions = {
  title: 'the lowest versions that the peer ranges allow',
  choose: (range) => range.match(/[\d.]+/)?.[0] ?? range,
  besides: [
    'express@4.17.3',
    '@types/express@^4.17.0',
    '@types/react@18.2.79',
    '@types/react-dom@18.2.25',
    'zod@4.0.0',
  ],
};
export const OWN: Versions = {
  title: 'the versions this repository is tested with',
  choose: (range, own) => own ?? range,
  besides: [
    'express@^5.1.0',
    '@types/express@^5.0.0',
    '@types/react@^19.0.0',
    '@types/react-dom@^19.0.0',
    'zod@^4.0.0',
  ],
};

/**
 * Each minor version of tRPC in the range: policies read the middlewares of a procedure, and the
 * WebSocket takes the encoder of a connection, neither of which tRPC documents (D13).
 */
export const TRPC_MINORS: readonly Versions[] = [
  ...Array.from({ length: 11 }, (_, index) => `11.${9 + index}.0`),
  '11.22.1',
  '11.25.2',
].map((version) => ({
  ...OWN,
  title: `tRPC ${version}`,
  choose: (range, own) => (range === '^11.9.0' ? version : OWN.choose(range, own)),
}));

/** Compiler options for each way in which a compiler resolves modules. */
export const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  node16: { module: 'node16', moduleResolution: 'node16' },
  /** Not known to TypeScript 7. */
  node10: { module: 'commonjs', moduleResolution: 'node10' },
} as const;

/** The resolutions of projects whose modules are ES modules. */
export type Resolution = 'nodenext' | 'bundler';
