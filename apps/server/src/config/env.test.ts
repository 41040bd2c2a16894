import type { OptionsError } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { parseEnv } from './env.ts';

const SECRET = Buffer.from('the secret of these tests, number 5').toString('base64url');
const faults = (variables: Record<string, string>) => {
  try {
    parseEnv(variables);
    return [];
  } catch (error) {
    return (error as OptionsError).faults.map((fault) => fault.option);
  }
};

describe('the environment', () => {
  it('the environment has the documented defaults in development', () => {
    expect(parseEnv({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      production: false,
      demo: true,
      databaseUrl: 'file:.data/latchkey.db',
      session: { accessTokenSeconds: 60, onReuse: 'user' },
      cookies: { sameSite: 'strict', hostPrefix: false },
      algorithm: 'HS256',
      keySource: { kind: 'database' },
      jwtKeys: null,
      keyRotationSeconds: 2_592_000,
      secrets: [],
      publicOrigins: ['http://localhost:3000', 'http://localhost:5173'],
      trustProxy: null,
      reauthenticationSeconds: 600,
      signUpOpen: true,
      limits: {
        signInAttempts: 10,
        signInAttemptsPerAddress: 100,
        signInWindowSeconds: 900,
        signUpsPerAddress: 30,
      },
      database: { poolSize: 10, listenUrl: undefined },
      redisUrl: null,
      auditSealSeconds: 10,
      purgeSeconds: 600,
      auditRetentionDays: null,
      streams: {
        maxStreams: 5_000,
        maxStreamsPerUser: 20,
        maxCallsPerConnection: 10,
        maxCallsPerUser: 50,
        maxAnonymousCalls: 200,
      },
      allowedHosts: [],
      maxConnections: 10_000,
      drainSeconds: 10,
      drainLeadSeconds: 0,
      backPressure: { maxRequests: 1_000, maxDelaySeconds: 0.5 },
      metricsToken: null,
      tls: null,
      logLevel: 'info',
    });
  });

  it('the environment has the documented defaults in production', () => {
    expect(
      parseEnv({ NODE_ENV: 'production', LATCHKEY_SECRET: SECRET, TRUST_PROXY: '1' }),
    ).toMatchObject({
      production: true,
      session: { accessTokenSeconds: 600 },
      cookies: { hostPrefix: true },
      algorithm: 'ES256',
      secrets: [SECRET],
      trustProxy: 1,
    });
  });

  it('treats an empty environment variable as unset, and accepts fractions of a second', () => {
    expect(parseEnv({ PORT: '', ACCESS_TOKEN_SECONDS: '0.5' })).toMatchObject({
      port: 3000,
      session: { accessTokenSeconds: 0.5 },
    });
  });

  it.each<[Record<string, string>, string[]]>([
    [{ PORT: '70000' }, ['PORT']],
    [{ PORT: '-1' }, ['PORT']],
    [{ PORT: '3000x' }, ['PORT']],
    [{ NODE_ENV: 'prod' }, ['NODE_ENV']],
    [{ ACCESS_TOKEN_SECONDS: 'ten' }, ['ACCESS_TOKEN_SECONDS']],
    [{ ACCESS_TOKEN_SECONDS: '10', ROTATION_GRACE_SECONDS: '3' }, ['ROTATION_GRACE_SECONDS']],
    [{ SESSION_IDLE_SECONDS: '30' }, ['SESSION_IDLE_SECONDS']],
    [{ JWT_ALGORITHM: 'none' }, ['JWT_ALGORITHM']],
    [{ JWT_ALGORITHM: 'RS256' }, []],
    [{ JWT_ALGORITHM: 'RS256', KEY_SOURCE: 'environment' }, ['JWT_ALGORITHM']],
    [{ JWT_ALGORITHM: 'ES256', KEY_SOURCE: 'environment' }, ['JWT_ALGORITHM']],
    [{ KEY_SOURCE: 'redis' }, ['KEY_SOURCE']],
    [{ KEY_SOURCE: 'file:' }, ['KEY_SOURCE']],
    [{ JWT_KEYS: '{"keys":[]}', KEY_SOURCE: 'environment' }, ['JWT_KEYS keys']],
    [{ JWT_KEYS: 'none', KEY_SOURCE: 'database' }, ['JWT_KEYS', 'JWT_KEYS keys']],
    [{ KEY_ROLL_OVER_SECONDS: '60' }, ['KEY_ROLL_OVER_SECONDS']],
    [{ KEY_ROTATION_SECONDS: '0.5' }, ['KEY_ROTATION_SECONDS']],
    [{ ON_REUSE: 'all' }, ['ON_REUSE']],
    [{ MAX_SESSIONS_PER_USER: '0' }, ['MAX_SESSIONS_PER_USER']],
    [{ MAX_SESSIONS_PER_USER: '-5' }, ['MAX_SESSIONS_PER_USER']],
    [{ MAX_SESSIONS_PER_USER: '1.5' }, ['MAX_SESSIONS_PER_USER']],
    [{ MAX_SESSIONS_PER_USER: '1' }, []],
    [{ MAX_SESSIONS_PER_USER: '1000' }, []],
    [{ MAX_SESSIONS_PER_USER: '1001' }, ['MAX_SESSIONS_PER_USER']],
    [{ COOKIE_SAME_SITE: 'some' }, ['COOKIE_SAME_SITE']],
    [{ COOKIE_HOST_PREFIX: 'yes' }, ['COOKIE_HOST_PREFIX']],
    [{ PUBLIC_ORIGIN: 'https://app.example.com/path' }, ['PUBLIC_ORIGIN']],
    [{ PUBLIC_ORIGIN: 'app.example.com' }, ['PUBLIC_ORIGIN']],
    [{ PUBLIC_ORIGIN: 'localhost:3000, https://app.example.com' }, ['PUBLIC_ORIGIN']],
    [{ PUBLIC_ORIGIN: 'https://a.example, https://*.example' }, ['PUBLIC_ORIGIN']],
    [{ TLS_CERT: '/a.pem' }, ['TLS_CERT, TLS_KEY']],
    [{ REDIS_URL: 'localhost:6379' }, ['REDIS_URL']],
    [{ REDIS_URL: 'redis://localhost' }, []],
    [{ REDIS_URL: 'rediss+cluster://a:1,b:2' }, []],
    [{ DATABASE_POOL_SIZE: '0' }, ['DATABASE_POOL_SIZE']],
    [{ DATABASE_LISTEN_URL: 'redis://h' }, ['DATABASE_LISTEN_URL']],
    [{ SIGN_UP: 'no' }, ['SIGN_UP']],
    [{ REAUTHENTICATION_SECONDS: '0' }, ['REAUTHENTICATION_SECONDS']],
    [{ MAX_STREAMS: 'many', MAX_STREAMS_PER_USER: '-1' }, ['MAX_STREAMS', 'MAX_STREAMS_PER_USER']],
    [{ MAX_STREAMS: '0' }, ['MAX_STREAMS', 'MAX_STREAMS_PER_USER']],
    [{ MAX_STREAMS: '10', MAX_STREAMS_PER_USER: '11' }, ['MAX_STREAMS_PER_USER']],
    [{ MAX_STREAMS: '10', MAX_STREAMS_PER_USER: '10' }, []],
    [{ AUDIT_SEAL_SECONDS: '0', PURGE_SECONDS: '999999' }, ['AUDIT_SEAL_SECONDS', 'PURGE_SECONDS']],
    [{ AUDIT_RETENTION_DAYS: '0' }, ['AUDIT_RETENTION_DAYS']],
    [{ AUDIT_RETENTION_DAYS: '1.5' }, ['AUDIT_RETENTION_DAYS']],
    [{ AUDIT_RETENTION_DAYS: '36501' }, ['AUDIT_RETENTION_DAYS']],
    [{ AUDIT_RETENTION_DAYS: '36500' }, []],
    [{ NODE_ENV: 'production' }, ['LATCHKEY_SECRET', 'TLS_CERT, TLS_KEY, TRUST_PROXY']],
    [{ PORT: 'x', LOG_LEVEL: 'loud', ON_REUSE: '?' }, ['PORT', 'ON_REUSE', 'LOG_LEVEL']],
    [
      { PORT: 'x', NODE_ENV: 'production' },
      ['PORT', 'LATCHKEY_SECRET', 'TLS_CERT, TLS_KEY, TRUST_PROXY'],
    ],
    [{ LATCHKEY_SECRET: 'c2hvcnQ' }, ['LATCHKEY_SECRET[0]']],
    [{ LATCHKEY_SECRET: `${SECRET},not base64url` }, ['LATCHKEY_SECRET[1]']],
    [{ LATCHKEY_SECRET: 'A'.repeat(43) }, ['LATCHKEY_SECRET[0]']],
    [{ LATCHKEY_SECRET: `${SECRET},${SECRET}` }, ['LATCHKEY_SECRET[1]']],
    [{ LATCHKEY_SECRET: SECRET, METRICS_TOKEN: SECRET }, ['METRICS_TOKEN']],
    [
      { LATCHKEY_SECRET: SECRET, DATABASE_URL: `postgres://app:${SECRET}@db/app` },
      ['DATABASE_URL'],
    ],
    [{ LATCHKEY_SECRET: SECRET, REDIS_URL: `redis://:${SECRET}@cache` }, ['REDIS_URL']],
    [
      {
        LATCHKEY_SECRET: SECRET,
        KEY_SOURCE: 'environment',
        JWT_KEYS: `{"keys":[{"kty":"oct","alg":"HS256","kid":"a","k":"${SECRET}"}]}`,
      },
      ['JWT_KEYS key a'],
    ],
    [{ TRUST_PROXY: 'true' }, ['TRUST_PROXY']],
    [{ TRUST_PROXY: '0' }, ['TRUST_PROXY']],
    [{ TRUST_PROXY: '10.0.0.0/8, loopback' }, []],
    [{ DATABASE_URL: 'postgres://u:p@h/d' }, []],
    [{ DATABASE_URL: 'mysql://u:p@h/d' }, ['DATABASE_URL']],
    [{ DATABASE_URL: 'file:' }, ['DATABASE_URL']],
    [{ SESSION_MAX_SECONDS: '99999999999' }, ['SESSION_MAX_SECONDS']],
  ])('reports all faults of the environment %o together: %o', (variables, expected) => {
    expect(faults(variables)).toEqual(expected);
  });

  it.each([
    ['127.0.0.1', false, true],
    ['::1', false, true],
    ['localhost', false, true],
    ['127.0.0.2', false, true],
    ['0.0.0.0', false, false],
    ['::', false, false],
    ['192.0.2.1', false, false],
    ['localhost.example.com', false, false],
    ['127.0.0.1.example.com', false, false],
    ['0.0.0.0', true, true],
  ])('with HOST %s and --demo %s, the demo accounts are available: %s (D7)', (HOST, flag, demo) => {
    expect(parseEnv({ HOST }, { demo: flag }).demo).toBe(demo);
  });

  it('refuses --demo in production (D7)', () => {
    const production = { NODE_ENV: 'production', LATCHKEY_SECRET: SECRET, TRUST_PROXY: '1' };
    expect(parseEnv(production).demo).toBe(false);
    expect(() => parseEnv(production, { demo: true })).toThrowError(/--demo.*is for development/);
  });

  it('a fault of an environment variable with a former name gives the current name', () => {
    expect(() => parseEnv({ KEY_ROLL_OVER_SECONDS: '60' })).toThrowError(
      'KEY_ROLL_OVER_SECONDS = "60": is renamed: use KEY_ROTATION_SECONDS',
    );
  });

  it('a fault of the environment never repeats a secret or a URL', () => {
    expect(() => parseEnv({ REDIS_URL: 'reddis://user:hunter2@host' })).toThrowError(/hidden/);
    expect(() => parseEnv({ REDIS_URL: 'reddis://user:hunter2@host' })).not.toThrowError(/hunter2/);
  });
});
