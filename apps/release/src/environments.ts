/** Which versions of what the packages ask for beside them a project has. */
export interface Versions {
  readonly title: string;
  /** @param range what the peer range allows @param own what this repository uses, if it does */
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

/** How a compiler looks for declarations. */
export const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;

export type Resolution = keyof typeof RESOLUTIONS;
