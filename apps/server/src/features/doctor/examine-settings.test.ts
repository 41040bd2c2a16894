import { describe, expect, it } from 'vitest';
import { parseEnv } from '../../config/env.ts';
import { examineSettings } from './examine-settings.ts';

const SECRET = 'q3Jx0m1bXv7uR8sKf2nZpYtLwE5aHdCgVi6oBj9Uk4M';
/** Twelve different values, in no order: not refused, and not random. */
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
  ])('reports no findings %s', (_title, variables) => expect(examine(variables)).toEqual([]));
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
      'none for one site',
      { ...PRODUCTION, COOKIE_SAME_SITE: 'none' },
    ],
    [
      'fault cookie-domain-address',
      'an address as domain',
      { ...PRODUCTION, COOKIE_DOMAIN: '192.0.2.1' },
    ],
    [
      'fault cookie-domain-public-suffix',
      'a public suffix',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://shop.co.uk', COOKIE_DOMAIN: 'co.uk' },
    ],
    [
      'fault cookie-domain-public-suffix',
      'a host of tenants',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://a.github.io', COOKIE_DOMAIN: '.github.io' },
    ],
    [
      'fault cookie-domain-elsewhere',
      'another domain',
      { ...PRODUCTION, COOKIE_DOMAIN: 'example.org' },
    ],
    [
      'fault cookie-domain-elsewhere',
      'a part of a name',
      { ...PRODUCTION, COOKIE_DOMAIN: 'ple.com' },
    ],
    ['warning host-prefix-off', 'no prefix', { ...PRODUCTION, COOKIE_HOST_PREFIX: 'false' }],
    [
      'fault origin-local',
      'localhost in production',
      { ...PRODUCTION, PUBLIC_ORIGIN: 'https://localhost:3000' },
    ],
    [
      'fault proxy-trusts-all',
      'all addresses in two halves',
      { ...PRODUCTION, TRUST_PROXY: '0.0.0.0/1,128.0.0.0/1' },
    ],
    [
      'fault proxy-trusts-all',
      'all addresses as proxies',
      { ...PRODUCTION, TRUST_PROXY: '0.0.0.0/0' },
    ],
    ['warning proxy-many-hops', 'many hops', { ...PRODUCTION, TRUST_PROXY: '7' }],
    ['warning tls-and-proxy', 'TLS and a proxy', { ...PRODUCTION, TLS_CERT: 'a', TLS_KEY: 'b' }],
    [
      'warning proxy-avoidable',
      'a port that all machines reach',
      { ...PRODUCTION, HOST: '0.0.0.0' },
    ],
    ['fault secret-weak', 'few different bytes', { ...PRODUCTION, LATCHKEY_SECRET: FEW_BYTES }],
    [
      'fault secret-weak',
      'a sentence',
      {
        ...PRODUCTION,
        LATCHKEY_SECRET: Buffer.from('correct horse battery staple, and more').toString(
          'base64url',
        ),
      },
    ],
    [
      'fault secret-weak',
      'the second of two',
      { ...PRODUCTION, LATCHKEY_SECRET: `${SECRET},${FEW_BYTES}` },
    ],
    ['warning secret-weak', 'in development', { LATCHKEY_SECRET: FEW_BYTES }],
    [
      'warning metrics-token-weak',
      'words as token',
      { ...PRODUCTION, METRICS_TOKEN: 'prometheus-password' },
    ],
    [
      'warning store-in-the-clear',
      'a name like a private address',
      { ...PRODUCTION, DATABASE_URL: 'postgres://a:b@10.example.com/x' },
    ],
    [
      'warning metrics-token-weak',
      'a word as token',
      { ...PRODUCTION, METRICS_TOKEN: 'aaaaaaaaaaaaaaaabbbb' },
    ],
    ['fault store-forgets', 'memory', { ...PRODUCTION, DATABASE_URL: 'memory:' }],
    [
      'warning store-in-the-clear',
      'PostgreSQL',
      { ...PRODUCTION, DATABASE_URL: 'postgres://a:b@db.example.com/x' },
    ],
    [
      'warning store-in-the-clear',
      'Redis',
      { ...PRODUCTION, REDIS_URL: 'redis://cache.example.com' },
    ],
    ['warning access-token-long', 'a day', { ...PRODUCTION, ACCESS_TOKEN_SECONDS: '86400' }],
    ['warning access-token-short', 'five seconds', { ...PRODUCTION, ACCESS_TOKEN_SECONDS: '5' }],
    ['warning grace-none', 'no grace', { ROTATION_GRACE_SECONDS: '0' }],
    ['warning drain-none', 'no drain', { ...PRODUCTION, DRAIN_SECONDS: '0' }],
    ['warning log-silent', 'no log', { ...PRODUCTION, LOG_LEVEL: 'silent' }],
  ])('reports only "%s" for %s', (finding, _title, variables) =>
    expect(examine(variables)).toEqual([finding]),
  );
});

it('every finding states fact, effect and fix, without a secret', () => {
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
