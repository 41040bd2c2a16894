import { isIP } from 'node:net';
import { ALGORITHMS } from '@latchkey/core';
import { z } from 'zod';

const number = (what: string) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, `must be ${what}, for example 600`)
    .transform(Number);
const rhythm = number('a number of seconds').refine(
  (value) => value > 0 && value <= 86_400,
  'must be more than 0 and at most 86400 (a day)',
);
const count = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number);
const port = z
  .string()
  .regex(/^\d+$/, 'must be a whole number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a whole number from 0 to 65535');
const oneOf = <const T extends string>(values: readonly T[]) =>
  z.enum(values, `must be one of ${values.join(', ')}`);
const flag = oneOf(['true', 'false']).transform((value) => value === 'true');

/**
 * The schema of every environment variable of the server. Docs and `.env.example` follow this
 * table.
 */
export const envSchema = z.object({
  PORT: port.default(3000),
  HOST: z.string().default('127.0.0.1'),
  NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
  DATABASE_URL: z
    .string()
    .regex(
      /^(file:.+|memory:|postgres(ql)?:\/\/.+)$/,
      'must be file:<path>, memory: or postgres://user:password@host:port/database',
    )
    .default('file:.data/latchkey.db'),
  DATABASE_LISTEN_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/.+$/, 'must be postgres://user:password@host:port/database')
    .optional(),
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
  REAUTHENTICATION_SECONDS: rhythm.default(600),
  JWT_ALGORITHM: oneOf(ALGORITHMS).optional(),
  KEY_SOURCE: z
    .string()
    .regex(/^(database|environment|file:.+)$/, 'must be database, environment or file:<path>')
    .default('database'),
  JWT_KEYS: z.string().optional(),
  KEY_ROTATION_SECONDS: number('a number of seconds')
    .refine(
      (value) => value >= 1 && value <= 31_536_000,
      'must be at least 1 and at most 31536000 (a year)',
    )
    .default(2_592_000),
  LATCHKEY_SECRET: z.string().optional(),
  PUBLIC_ORIGIN: z.string().default('http://localhost:3000,http://localhost:5173'),
  TRUST_PROXY: z
    .string()
    .refine(
      isTrustProxy,
      'must be the number of proxies in front (1 or more), or their addresses or networks, separated by commas',
    )
    .optional(),
  ALLOWED_HOSTS: z.string().default(''),
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  AUDIT_SEAL_SECONDS: rhythm.default(10),
  PURGE_SECONDS: rhythm.default(600),
  AUDIT_RETENTION_DAYS: count
    .refine(
      (value) => value >= 1 && value <= 36_500,
      'must be at least 1 and at most 36500; leave it out to keep the audit log for ever',
    )
    .optional(),
  MAX_STREAMS: count.optional(),
  MAX_STREAMS_PER_USER: count.optional(),
  MAX_CONNECTIONS: count.refine((value) => value >= 1, 'must be at least 1').default(10_000),
  DRAIN_SECONDS: number('a number of seconds')
    .refine((value) => value <= 600, 'must be at most 600')
    .default(10),
  DRAIN_LEAD_SECONDS: number('a number of seconds')
    .refine((value) => value <= 600, 'must be at most 600')
    .optional(),
  MAX_REQUESTS: count.refine((value) => value >= 1, 'must be at least 1').default(1_000),
  MAX_DELAY_SECONDS: number('a number of seconds')
    .refine((value) => value > 0, 'must be more than 0')
    .default(0.5),
  METRICS_TOKEN: z.string().min(16, 'must be at least 16 characters').optional(),
  SIGN_IN_ATTEMPTS: count.refine((value) => value >= 1, 'must be at least 1').default(10),
  SIGN_IN_ATTEMPTS_PER_ADDRESS: count
    .refine((value) => value >= 1, 'must be at least 1')
    .default(100),
  SIGN_IN_WINDOW_SECONDS: rhythm.default(900),
  SIGN_UPS_PER_ADDRESS: count.refine((value) => value >= 1, 'must be at least 1').default(30),
  SIGN_UP: oneOf(['open', 'closed']).default('open'),
  COOKIE_SAME_SITE: oneOf(['strict', 'lax', 'none']).default('strict'),
  COOKIE_DOMAIN: z.string().optional(),
  COOKIE_HOST_PREFIX: flag.optional(),
  MAX_SESSIONS_PER_USER: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, 'must be a whole number from 1 to 1000; leave it out for 100')
    .transform(Number)
    .optional(),
  ON_REUSE: oneOf(['user', 'session']).default('user'),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/**
 * Whether a value is a number of hops or a list of addresses, as Express's `trust proxy` requires.
 */
function isTrustProxy(value: string): boolean {
  if (/^\d+$/.test(value)) return Number(value) >= 1;
  return value.split(',').every((part) => {
    const [address = '', bits] = part.trim().split('/');
    return (
      /^(loopback|linklocal|uniquelocal)$/.test(part.trim()) ||
      (isIP(address) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits)))
    );
  });
}
