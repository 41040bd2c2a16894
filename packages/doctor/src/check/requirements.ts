/** A peer dependency of a package of Latchkey. */
export interface Peer {
  readonly range: string;
  /** Whether only a part of the package needs the peer. */
  readonly isOptional: boolean;
}

const required = (range: string): Peer => ({ range, isOptional: false });
const optional = (range: string): Peer => ({ range, isOptional: true });

/** The range of Node of each package that runs on a server. */
export const NODE_RANGE = '>=22.12.0';

/** The range of TypeScript that the packages need; tRPC needs the same. */
export const TYPESCRIPT_RANGE = '>=5.7.2';

/** Each package's peer dependencies, as its package.json lists them. */
export const PEERS: Readonly<Record<string, Readonly<Record<string, Peer>>>> = {
  '@latchkey/sql': {
    pg: optional('^8.11.0'),
  },
  '@latchkey/trpc': {
    '@trpc/server': required('^11.9.0'),
    '@types/ws': optional('^8.18.0'),
    ws: optional('^8.18.0'),
  },
  '@latchkey/react': {
    '@tanstack/react-query': required('^5.62.0'),
    '@trpc/client': required('^11.9.0'),
    '@trpc/server': required('^11.9.0'),
    react: required('^18.2.0 || ^19.0.0'),
  },
  '@latchkey/devtools': {
    '@tanstack/react-query': required('^5.62.0'),
    '@trpc/client': required('^11.9.0'),
    '@trpc/server': required('^11.9.0'),
    react: required('^18.2.0 || ^19.0.0'),
    'react-dom': required('^18.2.0 || ^19.0.0'),
  },
};
