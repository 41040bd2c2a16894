import { hashSecret } from '@latchkey/core';
import { jwtVerify, SignJWT } from 'jose';
import type { Deployment } from '../moving/deployment.ts';
import type { Library } from '../moving/library.ts';
import type { OldCredential } from '../moving/old-credential.ts';
import { asUser } from '../moving/users.ts';

const THIRTY_DAYS = 30 * 86_400;
const keyOf = (secret: string) => Buffer.from(secret, 'base64url');

/**
 * Signs the token that the app used before the move: valid for a month, without revocation, and
 * kept by the page in its local storage.
 */
export function oldToken(accountId: number, { secret, clock }: Deployment): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(String(accountId))
    .setExpirationTime(clock.now() / 1000 + THIRTY_DAYS)
    .sign(keyOf(secret));
}

/** Returns the account of a valid token in `Authorization: Bearer`; null without one. */
export async function accountIdIn(
  authorization: string | undefined,
  { secret, clock }: Deployment,
): Promise<{ token: string; accountId: number } | null> {
  const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const verified = await jwtVerify(token, keyOf(secret), {
    algorithms: ['HS256'],
    currentDate: new Date(clock.now()),
  }).catch(() => null);
  return verified && { token, accountId: Number(verified.payload.sub) };
}

/**
 * Reads the old stored token, for the bridge. The server cannot revoke such a token, but the bridge
 * remembers which ones have moved: keep its table until the last of them has expired, or change the
 * key. A response header tells the page to delete its token.
 */
export function storedTokenCredential(deployment: Deployment, library: Library): OldCredential {
  return {
    before: [],
    async read({ headers }) {
      const held = await accountIdIn(headers.authorization, deployment);
      return (
        held && {
          id: hashSecret(Buffer.from(held.token)),
          resolveUser: async () => asUser(await library.byId(held.accountId)),
        }
      );
    },
    end: async () => {},
    forget: (response) => void response.setHeader('x-forget-token', '1'),
  };
}
