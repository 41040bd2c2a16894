import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@latchkey/core';
import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Validity of a local certificate in days. Browsers accept 398 at most. */
const CERTIFICATE_DAYS = 365;
/** Age in days at which a local certificate is renewed, well before it expires. */
const RENEW_AFTER_DAYS = 300;

export interface LocalTls {
  readonly cert: string;
  readonly key: string;
  /** Path of the local authority's certificate; a browser that trusts it shows no warning. */
  readonly authority: string;
}

/**
 * Returns a certificate for localhost, signed by a local authority. Both are created on first use
 * and kept. To a browser that trusts the authority, only processes that can read the folder can
 * pose as localhost.
 *
 * @throws Error if the folder cannot be written
 */
export async function localTls(folder: string): Promise<LocalTls> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  const [authority, authorityKey, certificate, key] = [
    'authority.pem',
    'authority-key.pem',
    'certificate.pem',
    'key.pem',
  ].map(file) as [string, string, string, string];
  if (!existsSync(authority) || !existsSync(authorityKey)) {
    const made = await generate([{ name: 'commonName', value: 'Latchkey development authority' }], {
      ...dated(AUTHORITY_DAYS),
      extensions: [
        { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    keep(authorityKey, made.private);
    keep(authority, made.cert);
    rmSync(certificate, { force: true });
  }
  if (
    !existsSync(certificate) ||
    !existsSync(key) ||
    systemClock.now() - statSync(certificate).mtimeMs > RENEW_AFTER_DAYS * DAY_MS
  )
    await renew();
  return { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8'), authority };

  async function renew(): Promise<void> {
    const made = await generate([{ name: 'commonName', value: 'localhost' }], {
      ...dated(CERTIFICATE_DAYS),
      ca: { key: readFileSync(authorityKey, 'utf8'), cert: readFileSync(authority, 'utf8') },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
            { type: 7, ip: '::1' },
          ],
        },
      ],
    });
    keep(key, made.private);
    keep(certificate, made.cert);
  }
}

function dated(days: number) {
  const now = systemClock.now();
  return {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + days * DAY_MS),
  } as const;
}

function keep(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}
