import { createSecretKey, hash } from 'node:crypto';
import type { ManagedKey } from '../key-lifecycle.ts';

const bytes = (text: string) => createSecretKey(hash('sha256', text, 'buffer'));

/** Makes an HS256 access-token key derived from its name. */
export function accessKey(kid: string, signsFrom: number | null): ManagedKey {
  const key = bytes(kid);
  return {
    kid,
    purpose: 'access-token',
    algorithm: 'HS256',
    signsFrom,
    revokedAt: null,
    key: { kid, algorithm: 'HS256', signKey: key, verifyKey: key },
  };
}

/** Makes a MAC key derived from its name. All keys share one id unless another is given. */
export function macKey(
  kid: string,
  purpose: 'refresh-token',
  signsFrom: number | null,
  id = 7,
): ManagedKey {
  return {
    kid,
    purpose,
    algorithm: 'HS256',
    signsFrom,
    revokedAt: null,
    key: { id, key: bytes(kid) },
  };
}
