import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { ALGORITHMS, type Algorithm, deriveKeyRing, type OptionFault, OptionsError, parseSessionOptions, type SessionOptionsInput } from '@latchkey/core';
import { type CookieOptionsInput, parseCookieOptions } from '@latchkey/trpc';
import { z } from 'zod';

const number = (what: string) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, `must be ${what}, for example 600`)
    .transform(Number);
const rhythm = number('a number of seconds').refine((value) => value > 0 && value <= 86_400, 'must be more than 0 and at most 86400 (a day)');
const port = z
  .string()
  .regex(/^\d+$/, 'must be a whole number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a whole number from 0 to 65535');
const oneOf = <const T extends string>(values: readonly T[]) => z.enum(values, `must be one of ${values.join(', ')}`);
const flag = oneOf(['true', 'false']).transform((value) => value === 'true');

/** Every variable the server knows. Docs and `.env.example` follow this table. */
const schema = z.object({
  PORT: port.default(3000),
  HOST: z.string().default('127.0.0.1'),
  NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
  DATABASE_URL: z
    .string()
    .regex(/^(file:.+|memory:|postgres(ql)?:\/\/.+)$/, 'must be file:<path>, memory: or postgres://user:password@host:port/database')
    .default('file:.data/latchkey.db'),
  DATABASE_POOL_SIZE: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be a whole number from 1 to 9999')
    .transform(Number)
    .default(10),
  REDIS_URL: z
    .string()
    .regex(
      /^rediss?(\+cluster|\+sentinel)?:\/\/.+$/,
      'must be redis://host:port, redis+cluster://host:port,host:port or redis+sentinel://host:port,host:port/name; rediss for TLS',
    )
    .optional(),
  ACCESS_TOKEN_SECONDS: number('a number of seconds').optional(),
  ROTATION_GRACE_SECONDS: number('a number of seconds').optional(),
  SESSION_IDLE_SECONDS: number('a number of seconds').optional(),
  SESSION_MAX_SECONDS: number('a number of seconds').optional(),
  JWT_ALGORITHM: oneOf(ALGORITHMS).optional(),
  LATCHKEY_SECRET: z.string().optional(),
  PUBLIC_ORIGIN: z.string().default('http://localhost:3000,http://localhost:5173'),
  TRUST_PROXY: z
    .string()
    .refine(isTrustProxy, 'must be the number of proxies in front (1 or more), or their addresses or networks, separated by commas')
    .optional(),
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  AUDIT_SEAL_SECONDS: rhythm.default(10),
  PURGE_SECONDS: rhythm.default(600),
  SIGN_UP: oneOf(['open', 'closed']).default('open'),
  COOKIE_SAME_SITE: z.literal('strict', 'must be strict: lax and none need the anti-forgery token, which is not there yet').default('strict'),
  COOKIE_HOST_PREFIX: flag.optional(),
  ON_REUSE: oneOf(['user', 'session']).default('user'),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** The server's configuration, complete and checked. */
export interface Env {
  readonly port: number;
  readonly host: string;
  readonly production: boolean;
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  /** Where sessions live, when not in the database. */
  readonly redisUrl: string | null;
  readonly session: SessionOptionsInput;
  readonly cookies: CookieOptionsInput;
  readonly algorithm: Algorithm;
  /** Empty when one is to be generated (development only). */
  readonly secrets: readonly string[];
  readonly publicOrigins: readonly string[];
  /** For Express's `trust proxy`: hops, or addresses. */
  readonly trustProxy: number | string | null;
  /** Whether people may create accounts themselves. */
  readonly signUpOpen: boolean;
  /** How often one of the nodes seals the audit log, and how often it purges expired sessions. */
  readonly auditSealSeconds: number;
  readonly purgeSeconds: number;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly logLevel: string;
}

/** The process's variables, with those of a `.env` file in the working directory where they are not set already. */
export function readEnvironment(): Record<string, string | undefined> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * Parses the environment once. An empty variable counts as unset.
 *
 * @throws OptionsError listing every fault with its fix; secrets are never shown
 */
export function parseEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  const seen = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(seen);
  const wrong = new Set(parsed.error?.issues.map(({ path }) => String(path[0])));
  const faults: OptionFault[] = (parsed.error?.issues ?? []).map(({ path, message }) => {
    const option = String(path[0]);
    return { option, value: display(option, seen[option]), fix: message };
  });
  /** What is wrong counts as unset from here on, so that the rest can still be checked against each other. */
  const values = schema.parse(Object.fromEntries(Object.entries(seen).filter(([name]) => !wrong.has(name))));
  const production = values.NODE_ENV === 'production';
  const session = defined({
    accessTokenSeconds: values.ACCESS_TOKEN_SECONDS ?? (production ? 600 : 60),
    graceSeconds: values.ROTATION_GRACE_SECONDS,
    idleSeconds: values.SESSION_IDLE_SECONDS,
    maxSeconds: values.SESSION_MAX_SECONDS,
    onReuse: values.ON_REUSE,
  });
  const cookies = { sameSite: values.COOKIE_SAME_SITE, hostPrefix: values.COOKIE_HOST_PREFIX ?? production };
  const secrets = values.LATCHKEY_SECRET?.split(',').map((secret) => secret.trim()) ?? [];
  const algorithm = values.JWT_ALGORITHM ?? (production ? 'ES256' : 'HS256');

  faults.push(...faultsIn(() => parseSessionOptions(session)).map((fault) => ({ ...fault, option: VARIABLES[fault.option] ?? fault.option })));
  faults.push(...faultsIn(() => parseCookieOptions(cookies)));
  if (secrets.length > 0 && algorithm !== 'RS256')
    faults.push(
      ...faultsIn(() => deriveKeyRing(secrets, algorithm)).map((fault) => ({ ...fault, option: fault.option.replace('secrets', 'LATCHKEY_SECRET') })),
    );
  if (algorithm === 'RS256') fault('JWT_ALGORITHM', algorithm, 'RSA keys cannot be derived from LATCHKEY_SECRET: use ES256 or HS256');
  if (Boolean(values.TLS_CERT) !== Boolean(values.TLS_KEY)) fault('TLS_CERT, TLS_KEY', '(one is missing)', 'set both, or neither');
  if (production && !values.LATCHKEY_SECRET)
    fault('LATCHKEY_SECRET', undefined, 'is required in production: npm run cli -- secret prints one; keep it where all nodes find it');
  if (production && !values.TLS_CERT && !values.TRUST_PROXY)
    fault(
      'TLS_CERT, TLS_KEY, TRUST_PROXY',
      undefined,
      'production is HTTPS only: set TLS_CERT and TLS_KEY, or TRUST_PROXY to the hops of the proxy that ends TLS',
    );
  for (const origin of values.PUBLIC_ORIGIN.split(',')) {
    if (!URL.canParse(origin.trim()) || new URL(origin).origin !== origin.trim())
      fault('PUBLIC_ORIGIN', origin, 'must be origins like https://app.example.com, separated by commas, without a path');
  }
  const told = faults.filter(({ option }, index) => index < wrong.size || !wrong.has(option));
  if (told.length > 0) throw new OptionsError(told);

  return {
    port: values.PORT,
    host: values.HOST,
    production,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    redisUrl: values.REDIS_URL ?? null,
    session,
    cookies,
    algorithm,
    secrets,
    publicOrigins: values.PUBLIC_ORIGIN.split(',').map((origin) => origin.trim()),
    trustProxy: values.TRUST_PROXY === undefined ? null : /^\d+$/.test(values.TRUST_PROXY) ? Number(values.TRUST_PROXY) : values.TRUST_PROXY,
    signUpOpen: values.SIGN_UP === 'open',
    auditSealSeconds: values.AUDIT_SEAL_SECONDS,
    purgeSeconds: values.PURGE_SECONDS,
    tls: values.TLS_CERT && values.TLS_KEY ? { cert: values.TLS_CERT, key: values.TLS_KEY } : null,
    logLevel: values.LOG_LEVEL,
  };

  function fault(option: string, value: unknown, fix: string): void {
    faults.push({ option, value, fix });
  }
}

/** Every fault on a line of its own, for people. */
export function describeFaults(heading: string, { faults }: OptionsError): string {
  return [heading, ...faults.map(({ option, value, fix }) => `  ${option}${value === undefined ? '' : ` = ${JSON.stringify(value)}`}: ${fix}`)].join('\n');
}

/** A number of hops, or addresses as Express takes them. */
function isTrustProxy(value: string): boolean {
  if (/^\d+$/.test(value)) return Number(value) >= 1;
  return value.split(',').every((part) => {
    const [address = '', bits] = part.trim().split('/');
    return /^(loopback|linklocal|uniquelocal)$/.test(part.trim()) || (isIP(address) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits)));
  });
}

/** Session options under the names people set them by. */
const VARIABLES: Readonly<Record<string, string>> = {
  accessTokenSeconds: 'ACCESS_TOKEN_SECONDS',
  graceSeconds: 'ROTATION_GRACE_SECONDS',
  idleSeconds: 'SESSION_IDLE_SECONDS',
  maxSeconds: 'SESSION_MAX_SECONDS',
};

function faultsIn(parse: () => unknown): readonly OptionFault[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (error instanceof OptionsError) return error.faults;
    throw error;
  }
}

/** URLs may hold passwords and secrets are secrets: their values are not repeated. */
function display(name: string, value: string | undefined): string | undefined {
  return /SECRET|URL|KEY/.test(name) && value !== undefined ? '(hidden)' : value;
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
