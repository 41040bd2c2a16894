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
}

export const LOWEST: Versions = {
  title: 'the lowest versions that the peer ranges allow',
  choose: (range) => range.replace('^', ''),
};
export const OWN: Versions = {
  title: 'the versions this repository is tested with',
  choose: (range, own) => own ?? range,
};

/** Compiler options for each way in which a compiler resolves modules. */
export const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;

export type Resolution = keyof typeof RESOLUTIONS;
