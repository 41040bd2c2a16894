import { randomSecret } from '@latchkey/core';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** Path to which browsers report CSP violations. */
export const CSP_REPORTS = '/csp-reports';

const TWO_YEARS = 63_072_000;
const PERMISSIONS = [
  'camera',
  'display-capture',
  'geolocation',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'usb',
  'browsing-topics',
];

/**
 * Sets the security headers of every response, errors included (ASVS 3.4.1 to 3.4.8): no MIME
 * sniffing, no referrer, no framing, no cross-origin embedding, and a CSP under which nothing may
 * load. Pages relax that policy for themselves ({@link pagePolicy}).
 *
 * @param onlyHttps whether the server answers over HTTPS alone: then HSTS tells browsers to
 *   remember it for two years, subdomains included. Not in development, where it would apply to
 *   every other server on localhost
 */
export function securityHeaders(onlyHttps: boolean): RequestHandler {
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    strictTransportSecurity: onlyHttps && { maxAge: TWO_YEARS, includeSubDomains: true },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  const permissions = PERMISSIONS.map((feature) => `${feature}=()`).join(', ');
  return (req, res, next) => {
    res.setHeader('permissions-policy', permissions);
    set(req, res, next);
  };
}

/** The CSP nonce of each response that is a page. */
const nonces = new WeakMap<object, string>();

/** Returns the CSP nonce of a page that passed through {@link pagePolicy}. */
export function nonceOf(res: object): string {
  return nonces.get(res) ?? '';
}

/**
 * Sets the CSP of a page: it allows scripts that carry this response's nonce and what those load,
 * and everything else from this server only; violations are reported.
 *
 * @param inlineStyles for a page that needs inline styles; inline scripts are never allowed
 */
export function pagePolicy({ inlineStyles = false } = {}): RequestHandler {
  const self = ["'self'"];
  const set = helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: [(_req, res) => `'nonce-${nonceOf(res)}'`, "'strict-dynamic'"],
      styleSrc: inlineStyles ? ["'self'", "'unsafe-inline'"] : self,
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: self,
      manifestSrc: self,
      workerSrc: self,
      formAction: self,
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      reportUri: CSP_REPORTS,
      reportTo: 'csp',
    },
  });
  return (req, res, next) => {
    nonces.set(res, randomSecret(16).toString('base64'));
    res.setHeader('reporting-endpoints', `csp="${CSP_REPORTS}"`);
    set(req, res, next);
  };
}

/** Adds the nonce of {@link pagePolicy} to a page's scripts, preloaded ones included. */
export function admitScripts(page: string, res: Response): string {
  const nonce = nonceOf(res);
  return page
    .replace(/<script(?=[\s>])/g, `<script nonce="${nonce}"`)
    .replace(/<link rel="modulepreload"/g, `$& nonce="${nonce}"`)
    .replace('</head>', `<meta property="csp-nonce" nonce="${nonce}"></head>`);
}

/** Names of the headers that every response carries, for tests and the doctor. */
export const ALWAYS = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
  'x-request-id',
] as const;
