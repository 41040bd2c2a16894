import { type OptionFault, OptionsError } from '@latchkey/core';

/** Formats each fault on one line, for people. */
export function describeFaults(heading: string, { faults }: OptionsError): string {
  return [
    heading,
    ...faults.map(
      ({ option, value, fix }) =>
        `  ${option}${value === undefined ? '' : ` = ${JSON.stringify(value)}`}: ${fix}`,
    ),
  ].join('\n');
}

/** Old names of variables, with their new names. */
const RENAMED: Readonly<Record<string, string>> = {
  KEY_ROLL_OVER_SECONDS: 'KEY_ROTATION_SECONDS',
};

/** Returns a fault for each variable that is set under its old name. */
export function renamedVariables(
  seen: Readonly<Record<string, string | undefined>>,
): OptionFault[] {
  return Object.entries(RENAMED)
    .filter(([old]) => seen[old] !== undefined)
    .map(([option, name]) => ({ option, value: seen[option], fix: `is renamed: use ${name}` }));
}

/** The environment variable of each option. */
export const VARIABLES: Readonly<Record<string, string>> = {
  accessTokenSeconds: 'ACCESS_TOKEN_SECONDS',
  graceSeconds: 'ROTATION_GRACE_SECONDS',
  idleSeconds: 'SESSION_IDLE_SECONDS',
  maxSeconds: 'SESSION_MAX_SECONDS',
  maxSessionsPerUser: 'MAX_SESSIONS_PER_USER',
  maxStreams: 'MAX_STREAMS',
  maxStreamsPerUser: 'MAX_STREAMS_PER_USER',
};

/**
 * Returns a fault for each password or token that is also a secret: LATCHKEY_SECRET is known to
 * this server only, a password to its peer as well.
 */
export function reusedSecrets(
  secrets: readonly string[],
  values: {
    METRICS_TOKEN?: string | undefined;
    DATABASE_URL: string;
    REDIS_URL?: string | undefined;
  },
): OptionFault[] {
  const passwordIn = (url: string | undefined) =>
    /^\w[\w+.-]*:\/\/[^/?#]*?:([^/?#]*)@/.exec(url ?? '')?.[1];
  const others = {
    METRICS_TOKEN: values.METRICS_TOKEN,
    DATABASE_URL: passwordIn(values.DATABASE_URL),
    REDIS_URL: passwordIn(values.REDIS_URL),
  };
  return Object.entries(others)
    .filter(([, value]) => value !== undefined && secrets.includes(value))
    .map(([option]) => ({
      option,
      value: '(hidden)',
      fix: 'holds one of LATCHKEY_SECRET: use a different secret for each purpose',
    }));
}

export function faultsIn(parse: () => unknown): readonly OptionFault[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (error instanceof OptionsError) return error.faults;
    throw error;
  }
}

/**
 * The value to show in a fault; `(hidden)` for secrets, keys, tokens and URLs, which may hold
 * passwords.
 */
export function display(name: string, value: string | undefined): string | undefined {
  return /SECRET|TOKEN$|URL|KEYS?$/.test(name) && value !== undefined ? '(hidden)' : value;
}

/** Whether a host is a loopback address, which only this machine can reach. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** Drops the fields that are undefined. */
export function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
