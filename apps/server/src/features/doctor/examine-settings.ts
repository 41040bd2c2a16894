import { isIP } from 'node:net';
import { collectFindings, type Finding, isLoopbackHost } from '@latchkey/doctor';
import type { Env } from '../../config/env.ts';
import { examineCookies } from './examine-cookies.ts';

const HOUR = 3_600;

/** Checks the server's settings alone; opens no store and sends no request. */
export function examineSettings(env: Env): Finding[] {
  return [
    ...examineCookies(env),
    ...examineOrigins(env),
    ...examineProxy(env),
    ...examineSecrets(env),
    ...examineStores(env),
    ...examineTimes(env),
  ];
}

function examineOrigins({ production, publicOrigins }: Env): Finding[] {
  const { found, fault } = collectFindings();
  const local = publicOrigins.filter((origin) => isLoopbackHost(new URL(origin).hostname));
  if (production && local.length > 0)
    fault(
      'origin-local',
      `PUBLIC_ORIGIN has ${local.join(', ')} in production`,
      'pages on a visitor’s own machine may call with their cookies, and the real origin may be missing',
      'set PUBLIC_ORIGIN to the https:// origins that people open',
    );
  return found;
}

function examineProxy({ trustProxy, tls, host, production }: Env): Finding[] {
  const { found, fault, warning } = collectFindings();
  const networks =
    typeof trustProxy === 'string' ? trustProxy.split(',').map((part) => part.trim()) : [];
  if (networks.some(isVeryWide))
    fault(
      'proxy-trusts-all',
      `TRUST_PROXY is ${String(trustProxy)}, which covers all addresses`,
      'any caller can claim any address and protocol, which defeats limits by address and the refusal of plain HTTP',
      'name the number of proxies in front, or their addresses',
    );
  if (typeof trustProxy === 'number' && trustProxy > 3)
    warning(
      'proxy-many-hops',
      `TRUST_PROXY is ${trustProxy} hops`,
      'with fewer proxies, callers can forge their address',
      'set it to the number of proxies between browsers and this server',
    );
  if (trustProxy !== null && tls)
    warning(
      'tls-and-proxy',
      'both TLS_CERT and TRUST_PROXY are set',
      'clients that connect directly can forge forwarded headers',
      'set only the one that applies, or allow only the proxy to connect',
    );
  if (typeof trustProxy === 'number' && production && /^(0\.0\.0\.0|::)$/.test(host))
    warning(
      'proxy-avoidable',
      `HOST is ${host} with TRUST_PROXY=${trustProxy}`,
      'clients that reach this port without the proxy can forge forwarded headers',
      'listen on an address that only the proxy can reach, or list the proxies’ addresses in TRUST_PROXY',
    );
  return found;
}

/** Whether a network contains an eighth of all IP addresses or more. */
function isVeryWide(network: string): boolean {
  const [, bits] = network.split('/');
  return bits !== undefined && Number(bits) < 4;
}

function examineSecrets({ secrets, metricsToken, production }: Env): Finding[] {
  const { found, fault, warning } = collectFindings();
  for (const [index, secret] of secrets.entries())
    if (isWeak(Buffer.from(secret, 'base64url')))
      (production ? fault : warning)(
        'secret-weak',
        `LATCHKEY_SECRET${secrets.length > 1 ? ` (number ${index + 1})` : ''} is not random`,
        'keys are derived from it or encrypted under it: an attacker who guesses it can sign in as any user',
        'npm run cli -- secret prints a random one; put it first and keep the old one second until its sessions have ended',
      );
  if (metricsToken !== null && new Set(metricsToken).size < 16)
    warning(
      'metrics-token-weak',
      'METRICS_TOKEN is not random',
      'an attacker who guesses it can read the metrics',
      'use the output of npm run cli -- secret',
    );
  return found;
}

/**
 * Whether a secret is not random. 32 random bytes have 30 distinct values on average, and
 * practically never fewer than 20. Text is not random either.
 */
function isWeak(secret: Buffer): boolean {
  const printable = secret.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable || new Set(secret).size < Math.min(20, secret.length / 2);
}

function examineStores({ databaseUrl, redisUrl, production }: Env): Finding[] {
  const { found, fault, warning } = collectFindings();
  if (production && databaseUrl === 'memory:')
    fault(
      'store-forgets',
      'DATABASE_URL is memory: in production',
      'a restart ends all sessions and deletes all accounts',
      'use file:<path> or postgres://…',
    );
  for (const [name, url] of [
    ['DATABASE_URL', databaseUrl],
    ['REDIS_URL', redisUrl],
  ] as const) {
    if (url === null || !/^(postgres|redis(\+\w+)?:)/.test(url) || !URL.canParse(url)) continue;
    const { hostname, searchParams } = new URL(url);
    const encrypted =
      /^(require|verify-ca|verify-full)$/.test(searchParams.get('sslmode') ?? '') ||
      url.startsWith('rediss');
    if (!encrypted && hostname !== '' && !isPrivateHost(hostname))
      warning(
        'store-in-the-clear',
        `${name} goes to ${hostname} without TLS`,
        'the password and all data can be read in transit',
        name === 'REDIS_URL' ? 'use rediss://' : 'add ?sslmode=verify-full',
      );
  }
  return found;
}

/**
 * Whether a host is on this machine or its own network: private addresses (RFC 1918), and names
 * without a domain.
 */
function isPrivateHost(hostname: string): boolean {
  if (isLoopbackHost(hostname)) return true;
  return isIP(hostname) === 0
    ? !hostname.includes('.')
    : /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(hostname);
}

function examineTimes({ session, production, drainSeconds, logLevel }: Env): Finding[] {
  const { found, warning } = collectFindings();
  const { accessTokenSeconds = 600, graceSeconds } = session;
  if (accessTokenSeconds > HOUR)
    warning(
      'access-token-long',
      `ACCESS_TOKEN_SECONDS is ${accessTokenSeconds}`,
      'a copied access token works for that long, and reuse is detected later',
      'set it to 600: one refresh in ten minutes is cheap',
    );
  if (production && accessTokenSeconds < 10)
    warning(
      'access-token-short',
      `ACCESS_TOKEN_SECONDS is ${accessTokenSeconds}`,
      'nearly every request writes to the store',
      'set it to 600',
    );
  if (graceSeconds === 0)
    warning(
      'grace-none',
      'ROTATION_GRACE_SECONDS is 0',
      'parallel requests, tabs and lost answers look like reuse: legitimate users are signed out',
      'remove it, unless every client sends one request at a time and never loses an answer',
    );
  if (production && drainSeconds === 0)
    warning(
      'drain-none',
      'DRAIN_SECONDS is 0',
      'requests under way are cut off at every restart',
      'remove it, so that they have ten seconds to finish',
    );
  if (production && /^(silent|fatal)$/.test(logLevel))
    warning(
      'log-silent',
      `LOG_LEVEL is ${logLevel}`,
      'refused sign-ins and detected reuse are not logged',
      'set it to info',
    );
  return found;
}
