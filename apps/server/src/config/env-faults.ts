import { type OptionFault, OptionsError } from '@latchkey/core';

/** Every fault on a line of its own, for people. */
export function describeFaults(heading: string, { faults }: OptionsError): string {
  return [
    heading,
    ...faults.map(
      ({ option, value, fix }) =>
        `  ${option}${value === undefined ? '' : ` = ${JSON.stringify(value)}`}: ${fix}`,
    ),
  ].join('\n');
}

/** Variables that had another name before. */
const RENAMED: Readonly<Record<string, string>> = {
  KEY_ROLL_OVER_SECONDS: 'KEY_ROTATION_SECONDS',
};

/** A fault for each variable that is set under a name it no longer has. */
export function renamedVariables(
  seen: Readonly<Record<string, string | undefined>>,
): OptionFault[] {
  return Object.entries(RENAMED)
    .filter(([old]) => seen[old] !== undefined)
    .map(([option, name]) => ({ option, value: seen[option], fix: `is called ${name} now` }));
}

/** Options under the names people set them by. */
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
 * LATCHKEY_SECRET is known to this server alone; a token or password is known to its other side as
 * well.
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
      fix: 'holds one of LATCHKEY_SECRET: use a secret of its own for each purpose',
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

/** URLs may hold passwords and secrets are secrets: their values are not repeated. */
export function display(name: string, value: string | undefined): string | undefined {
  return /SECRET|TOKEN$|URL|KEYS?$/.test(name) && value !== undefined ? '(hidden)' : value;
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** Without what is undefined. */
export function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
