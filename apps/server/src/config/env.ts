import { existsSync } from 'node:fs';
import {
  type Algorithm,
  type OptionFault,
  OptionsError,
  parseSessionOptions,
  type SessionOptionsInput,
  secretFaults,
} from '@latchkey/core';
import { type CookieOptionsInput, parseCookieOptions, parseOrigins } from '@latchkey/http';
import { parseKeySet } from '@latchkey/keys';
import { parseStreamLimits, type StreamLimits } from '@latchkey/trpc/streams';
import type { BackPressureLimits } from '../edge/overload/back-pressure.ts';
import { prefixFaults, withDerived } from '../features/keys/file-keys.ts';
import type { LimitOptions } from '../features/limits/limits.ts';
import {
  defined,
  display,
  faultsIn,
  isLoopback,
  renamedVariables,
  reusedSecrets,
  VARIABLES,
} from './env-faults.ts';
import { envSchema } from './env-schema.ts';

/** The server's complete and validated configuration. */
export interface Env {
  readonly port: number;
  readonly host: string;
  readonly production: boolean;
  /** Demo accounts, inspector, open metrics: outside production on loopback, or with `--demo`. */
  readonly demo: boolean;
  readonly databaseUrl: string;
  readonly database: { readonly poolSize: number; readonly listenUrl: string | undefined };
  /** URL of the Redis that stores the sessions; null if the database stores them. */
  readonly redisUrl: string | null;
  readonly session: SessionOptionsInput;
  readonly cookies: CookieOptionsInput;
  /** The algorithm of newly generated keys; imported keys state their own. */
  readonly algorithm: Algorithm;
  readonly keySource:
    | { readonly kind: 'database' | 'environment' }
    | { readonly kind: 'file'; readonly path: string };
  /** A JWK Set of private keys, for the key source `environment`. */
  readonly jwtKeys: string | null;
  /** Seconds for which a key signs access tokens. */
  readonly keyRotationSeconds: number;
  /** Secrets of derived keys: the first signs, all verify. Empty: generated (development only). */
  readonly secrets: readonly string[];
  readonly publicOrigins: readonly string[];
  /** The value of Express's `trust proxy`: a number of hops, or addresses. */
  readonly trustProxy: number | string | null;
  /** Whether visitors may create accounts themselves. */
  readonly signUpOpen: boolean;
  /** Rate limits on sign-in and sign-up. */
  readonly limits: LimitOptions;
  /** Maximum age of the password check in seconds, for procedures that require a recent one. */
  readonly reauthenticationSeconds: number;
  /** Seconds between seals, and between purges; days the audit log keeps, null for all. */
  readonly auditSealSeconds: number;
  readonly purgeSeconds: number;
  readonly auditRetentionDays: number | null;
  /** Limits on the open streams of this node. */
  readonly streams: StreamLimits;
  /** Host names that the server accepts besides those of the public origins. */
  readonly allowedHosts: readonly string[];
  /** Maximum number of open TCP connections on this node. */
  readonly maxConnections: number;
  /** Seconds that requests under way may take when the server is stopping. */
  readonly drainSeconds: number;
  /** Seconds for which a stopping server still accepts requests while `/readyz` answers 503. */
  readonly drainLeadSeconds: number;
  /** Number of waiting requests and delay of timers beyond which new requests are refused. */
  readonly backPressure: BackPressureLimits;
  /** Bearer token of `/metrics`; with `null`, open in development and closed in production. */
  readonly metricsToken: string | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly logLevel: string;
}

/**
 * Returns the environment variables of this process. A `.env` file in the working directory adds
 * unset ones.
 */
export function readEnvironment(): Record<string, string | undefined> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * Parses the environment variables once. An empty variable counts as unset.
 *
 * @param flags of the command line
 * @throws OptionsError listing every fault with its fix; secrets are never shown
 */
export function parseEnv(
  variables: Readonly<Record<string, string | undefined>>,
  { demo = false }: { readonly demo?: boolean } = {},
): Env {
  const seen = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = envSchema.safeParse(seen);
  const wrong = new Set(parsed.error?.issues.map(({ path }) => String(path[0])));
  const faults: OptionFault[] = (parsed.error?.issues ?? []).map(({ path, message }) => {
    const option = String(path[0]);
    return { option, value: display(option, seen[option]), fix: message };
  });
  /** Treats invalid variables as unset from here on, so that the others can still be checked. */
  const values = envSchema.parse(
    Object.fromEntries(Object.entries(seen).filter(([name]) => !wrong.has(name))),
  );
  const production = values.NODE_ENV === 'production';
  const session = defined({
    accessTokenSeconds: values.ACCESS_TOKEN_SECONDS ?? (production ? 600 : 60),
    graceSeconds: values.ROTATION_GRACE_SECONDS,
    idleSeconds: values.SESSION_IDLE_SECONDS,
    maxSeconds: values.SESSION_MAX_SECONDS,
    maxSessionsPerUser: values.MAX_SESSIONS_PER_USER,
    onReuse: values.ON_REUSE,
  });
  const cookies = defined({
    sameSite: values.COOKIE_SAME_SITE,
    hostPrefix: values.COOKIE_HOST_PREFIX ?? (production && values.COOKIE_DOMAIN === undefined),
    domain: values.COOKIE_DOMAIN,
  });
  const limits = defined({
    maxStreams: values.MAX_STREAMS,
    maxStreamsPerUser: values.MAX_STREAMS_PER_USER,
  });
  const secrets = values.LATCHKEY_SECRET?.split(',').map((secret) => secret.trim()) ?? [];
  const algorithm = values.JWT_ALGORITHM ?? (production ? 'ES256' : 'HS256');

  for (const parse of [() => parseSessionOptions(session), () => parseStreamLimits(limits)])
    faults.push(
      ...faultsIn(parse).map((fault) => ({
        ...fault,
        option: VARIABLES[fault.option] ?? fault.option,
      })),
    );
  faults.push(...faultsIn(() => parseCookieOptions(cookies)));
  const weak = secrets.length > 0 ? secretFaults(secrets) : [];
  const inLatchkeySecret = (text: string) => text.replace('secrets[', 'LATCHKEY_SECRET[');
  faults.push(
    ...weak.map(({ option, value, fix }) => ({
      option: inLatchkeySecret(option),
      value,
      fix: inLatchkeySecret(fix),
    })),
  );
  faults.push(...reusedSecrets(secrets, values), ...renamedVariables(seen));
  const { JWT_KEYS: jwtKeys, KEY_SOURCE: source } = values;
  if (jwtKeys !== undefined && source !== 'environment')
    fault(
      'JWT_KEYS',
      '(hidden)',
      'is read only with KEY_SOURCE=environment: set that, or remove JWT_KEYS',
    );
  if (jwtKeys !== undefined)
    faults.push(
      ...faultsIn(() =>
        prefixFaults('JWT_KEYS', () =>
          withDerived(parseKeySet(jwtKeys), weak.length > 0 ? [] : secrets),
        ),
      ),
    );
  else if (source === 'environment' && algorithm !== 'HS256')
    fault(
      'JWT_ALGORITHM',
      algorithm,
      'RSA keys cannot be derived from LATCHKEY_SECRET: give them in JWT_KEYS, or use KEY_SOURCE=database, which generates them',
    );
  if (production && demo)
    fault('--demo', undefined, 'is for development only: remove it, or NODE_ENV=production');
  if (Boolean(values.TLS_CERT) !== Boolean(values.TLS_KEY))
    fault('TLS_CERT, TLS_KEY', '(one is missing)', 'set both, or neither');
  if (production && !values.LATCHKEY_SECRET)
    fault(
      'LATCHKEY_SECRET',
      undefined,
      'is required in production: npm run cli -- secret prints one; give the same one to all nodes',
    );
  if (production && !values.TLS_CERT && !values.TRUST_PROXY)
    fault(
      'TLS_CERT, TLS_KEY, TRUST_PROXY',
      undefined,
      'production is HTTPS only: set TLS_CERT and TLS_KEY, or TRUST_PROXY to the number of proxies if one of them terminates TLS',
    );
  const publicOrigins = values.PUBLIC_ORIGIN.split(',').map((origin) => origin.trim());
  faults.push(...faultsIn(() => parseOrigins('PUBLIC_ORIGIN', publicOrigins)));
  const told = faults.filter(({ option }, index) => index < wrong.size || !wrong.has(option));
  if (told.length > 0) throw new OptionsError(told);

  return {
    port: values.PORT,
    host: values.HOST,
    production,
    demo: !production && (demo || isLoopback(values.HOST)),
    databaseUrl: values.DATABASE_URL,
    database: { poolSize: values.DATABASE_POOL_SIZE, listenUrl: values.DATABASE_LISTEN_URL },
    redisUrl: values.REDIS_URL ?? null,
    session,
    cookies,
    algorithm,
    keySource:
      source === 'database' || source === 'environment'
        ? { kind: source }
        : { kind: 'file', path: source.slice('file:'.length) },
    jwtKeys: jwtKeys ?? null,
    keyRotationSeconds: values.KEY_ROTATION_SECONDS,
    secrets,
    publicOrigins,
    trustProxy:
      values.TRUST_PROXY === undefined
        ? null
        : /^\d+$/.test(values.TRUST_PROXY)
          ? Number(values.TRUST_PROXY)
          : values.TRUST_PROXY,
    signUpOpen: values.SIGN_UP === 'open',
    limits: {
      signInAttempts: values.SIGN_IN_ATTEMPTS,
      signInAttemptsPerAddress: values.SIGN_IN_ATTEMPTS_PER_ADDRESS,
      signInWindowSeconds: values.SIGN_IN_WINDOW_SECONDS,
      signUpsPerAddress: values.SIGN_UPS_PER_ADDRESS,
    },
    reauthenticationSeconds: values.REAUTHENTICATION_SECONDS,
    auditSealSeconds: values.AUDIT_SEAL_SECONDS,
    purgeSeconds: values.PURGE_SECONDS,
    auditRetentionDays: values.AUDIT_RETENTION_DAYS ?? null,
    streams: parseStreamLimits(limits),
    allowedHosts: values.ALLOWED_HOSTS.split(',')
      .map((host) => host.trim().toLowerCase())
      .filter(Boolean),
    maxConnections: values.MAX_CONNECTIONS,
    drainSeconds: values.DRAIN_SECONDS,
    drainLeadSeconds: values.DRAIN_LEAD_SECONDS ?? (production ? 5 : 0),
    backPressure: { maxRequests: values.MAX_REQUESTS, maxDelaySeconds: values.MAX_DELAY_SECONDS },
    metricsToken: values.METRICS_TOKEN ?? null,
    tls: values.TLS_CERT && values.TLS_KEY ? { cert: values.TLS_CERT, key: values.TLS_KEY } : null,
    logLevel: values.LOG_LEVEL,
  };

  function fault(option: string, value: unknown, fix: string): void {
    faults.push({ option, value, fix });
  }
}
