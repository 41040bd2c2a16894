import { type OptionFault, OptionsError } from '@latchkey/core';

/** Formats the faults of the configuration for people, one on each line. */
export function describeFaults(heading: string, { faults }: OptionsError): string {
  return [
    heading,
    ...faults.map(
      ({ option, value, fix }) =>
        `  ${option}${value === undefined ? '' : ` = ${JSON.stringify(value)}`}: ${fix}`,
    ),
  ].join('\n');
}

/** Former names of environment variables, with their current names. */
const RENAMED: Readonly<Record<string, string>> = {
  KEY_ROLL_OVER_SECONDS: 'KEY_ROTATION_SECONDS',
};

/** Returns a fault for each environment variable that is set under its former name. */
export function renamedVariables(
  seen: Readonly<Record<string, string | undefined>>,
): OptionFault[] {
  return Object.entries(RENAMED)
    .filter(([old]) => seen[old] !== undefined)
    .map(([option, name]) => ({ option, value: seen[option], fix: `is renamed: use ${name}` }));
}

/** The environment variable that sets each option. */
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
 * Returns a fault for each password or token that is also used as a secret. LATCHKEY_SECRET must be
 * known to this server only, and a password is known to its peer as well.
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
      fix: 'is also one of LATCHKEY_SECRET: use a different secret for each purpose',
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
 * The value to show in a message about an invalid variable; `(hidden)` for secrets, keys, tokens
 * and URLs, which may hold passwords.
 */
export function display(name: string, value: string | undefined): string | undefined {
  return /SECRET|TOKEN$|URL|KEYS?$/.test(name) && value !== undefined ? '(hidden)' : value;
}

/** Whether a host is a loopback address, which only programs on the same machine can reach. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** Removes the fields whose value is undefined. */
export function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
