import { describe, expect, it } from 'vitest';
import { parseEnv } from '../../config/env.ts';
import { examineSettings } from './examine-settings.ts';

const SECRET = 'q3Jx0m1bXv7uR8sKf2nZpYtLwE5aHdCgVi6oBj9Uk4M';
/** A secret with only twelve distinct bytes, in no order: it is accepted, but is not random. */
const FEW_BYTES = Buffer.from(
  Array.from({ length: 32 }, (_, index) => 128 + ((index * index * 7) % 23)),
).toString('base64url');
const PRODUCTION = {
  NODE_ENV: 'production',
  LATCHKEY_SECRET: SECRET,
  TRUST_PROXY: '1',
  PUBLIC_ORIGIN: 'https://app.example.com',
};
const examine = (variables: Record<string, string>) =>
  examineSettings(parseEnv(variables)).map(({ id, severity }) => `${severity} ${id}`);

describe('settings without findings', () => {
  it.each<[string, Record<string, string>]>([
    ['in the default set-up', {}],
    ['in production behind a proxy', PRODUCTION],
    [
      'with TLS of its own',
      { ...PRODUCTION, TRUST_PROXY: '', TLS_CERT: 'a.pem', TLS_KEY: 'b.pem' },
    ],
    [
      'with a PostgreSQL on the same network',
      { ...PRODUCTION, DATABASE_URL: 'postgres://a:b@db/x', REDIS_URL: 'redis://10.0.0.5:6379' },
    ],
    [
      'with a PostgreSQL over TLS',
      {
        ...PRODUCTION,
        DATABASE_URL: 'postgres://a:b@db.example.com/x?sslmode=verify-full',
        REDIS_URL: 'rediss://cache.example.com',
      },
    ],
    [
      'with two origins of one site',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://app.example.com,https://www.example.com' },
    ],
    [
      'with an SPA on another site and SameSite=none',
      {
        ...PRODUCTION,
        PUBLIC_ORIGIN: 'https://a.example,https://b.test',
        COOKIE_SAME_SITE: 'none',
      },
    ],
    [
      'with a name like localhost',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://localhost.example.com' },
    ],
    ['with a cookie domain', { ...PRODUCTION, COOKIE_DOMAIN: 'example.com' }],
  ])('the doctor reports no findings %s', (_title, variables) =>
    expect(examine(variables)).toEqual([]),
  );
});

describe('broken settings', () => {
  it.each<[string, string, Record<string, string>]>([
    ['fault secure-cookie-on-http', 'plain HTTP', { PUBLIC_ORIGIN: 'http://app.example.com' }],
    [
      'fault same-site-cross-site',
      'an SPA on another site, strict',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://a.example,https://b.test' },
    ],
    [
      'fault same-site-cross-site',
      'an SPA on another site, lax',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://a.example,https://b.test', COOKIE_SAME_SITE: 'lax' },
    ],
    [
      'fault same-site-cross-site',
      'two tenants of one host',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://a.github.io,https://b.github.io' },
    ],
    [
      'warning same-site-none-needless',
      'SameSite=none with one site',
      { ...PRODUCTION, COOKIE_SAME_SITE: 'none' },
    ],
    [
      'fault cookie-domain-address',
      'an address as the cookie domain',
      { ...PRODUCTION, COOKIE_DOMAIN: '192.0.2.1' },
    ],
    [
      'fault cookie-domain-public-suffix',
      'a public suffix as the cookie domain',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://shop.co.uk', COOKIE_DOMAIN: 'co.uk' },
    ],
    [
      'fault cookie-domain-public-suffix',
      'a host of tenants as the cookie domain',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://a.github.io', COOKIE_DOMAIN: '.github.io' },
    ],
    [
      'fault cookie-domain-elsewhere',
      'another site as the cookie domain',
      { ...PRODUCTION, COOKIE_DOMAIN: 'example.org' },
    ],
    [
      'fault cookie-domain-elsewhere',
      'a part of a name as the cookie domain',
      { ...PRODUCTION, COOKIE_DOMAIN: 'ple.com' },
    ],
    [
      'warning host-prefix-off',
      'no __Host- prefix',
      { ...PRODUCTION, COOKIE_HOST_PREFIX: 'false' },
    ],
    [
      'fault origin-local',
      'localhost in production',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://localhost:3000' },
    ],
    [
      'fault proxy-trusts-all',
      'all addresses as proxies, in two halves',
      { ...PRODUCTION, TRUST_PROXY: '0.0.0.0/1,128.0.0.0/1' },
    ],
    [
      'fault proxy-trusts-all',
      'all addresses as proxies',
      { ...PRODUCTION, TRUST_PROXY: '0.0.0.0/0' },
    ],
    ['warning proxy-many-hops', 'many proxy hops', { ...PRODUCTION, TRUST_PROXY: '7' }],
    ['warning tls-and-proxy', 'TLS and a proxy', { ...PRODUCTION, TLS_CERT: 'a', TLS_KEY: 'b' }],
    [
      'warning proxy-avoidable',
      'a port that all machines reach',
      { ...PRODUCTION, HOST: '0.0.0.0' },
    ],
    [
      'fault secret-weak',
      'a secret of few different bytes',
      { ...PRODUCTION, LATCHKEY_SECRET: FEW_BYTES },
    ],
    [
      'fault secret-weak',
      'a sentence as the secret',
      {
        ...PRODUCTION,
        LATCHKEY_SECRET: Buffer.from('correct horse battery staple, and more').toString(
          'base64url',
        ),
      },
    ],
    [
      'fault secret-weak',
      'a weak second secret',
      { ...PRODUCTION, LATCHKEY_SECRET: `${SECRET},${FEW_BYTES}` },
    ],
    ['warning secret-weak', 'a weak secret in development', { LATCHKEY_SECRET: FEW_BYTES }],
    [
      'warning metrics-token-weak',
      'words as the metrics token',
      { ...PRODUCTION, METRICS_TOKEN: 'prometheus-password' },
    ],
    [
      'warning store-in-the-clear',
      'PostgreSQL on a name like a private address',
      { ...PRODUCTION, DATABASE_URL: 'postgres://a:b@10.example.com/x' },
    ],
    [
      'warning metrics-token-weak',
      'a word as the metrics token',
      { ...PRODUCTION, METRICS_TOKEN: 'aaaaaaaaaaaaaaaabbbb' },
    ],
    ['fault store-forgets', 'a database in memory', { ...PRODUCTION, DATABASE_URL: 'memory:' }],
    [
      'warning store-in-the-clear',
      'PostgreSQL without TLS',
      { ...PRODUCTION, DATABASE_URL: 'postgres://a:b@db.example.com/x' },
    ],
    [
      'warning store-in-the-clear',
      'Redis without TLS',
      { ...PRODUCTION, REDIS_URL: 'redis://cache.example.com' },
    ],
    [
      'warning access-token-long',
      'access tokens of a day',
      { ...PRODUCTION, ACCESS_TOKEN_SECONDS: '86400' },
    ],
    [
      'warning access-token-short',
      'access tokens of five seconds',
      { ...PRODUCTION, ACCESS_TOKEN_SECONDS: '5' },
    ],
    ['warning grace-none', 'no grace', { ROTATION_GRACE_SECONDS: '0' }],
    ['warning drain-none', 'no time to drain', { ...PRODUCTION, DRAIN_SECONDS: '0' }],
    ['warning log-silent', 'no log', { ...PRODUCTION, LOG_LEVEL: 'silent' }],
  ])('the doctor reports only "%s" for the settings "%s"', (finding, _title, variables) =>
    expect(examine(variables)).toEqual([finding]),
  );
});

it('every finding of the doctor states fact, effect and fix, without a secret', () => {
  const found = examineSettings(
    parseEnv({
      ...PRODUCTION,
      LATCHKEY_SECRET: FEW_BYTES,
      DATABASE_URL: 'postgres://a:hidden@db.example.com/x',
    }),
  );
  expect(found.length).toBe(2);
  for (const { what, why, fix } of found)
    for (const text of [what, why, fix]) expect(text).toMatch(/^\S.{5,}$/);
  expect(JSON.stringify(found)).not.toMatch(new RegExp(`hidden|${FEW_BYTES.slice(0, 8)}`));
});
