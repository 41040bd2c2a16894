import { jwtVerify, SignJWT } from 'jose';
import type { Member, Settings } from '../club.ts';

/**
 * The token that members received at sign-in before the adoption: in a cookie, valid for a month,
 * without revocation.
 */
export const PASS = { name: 'club_pass', seconds: 30 * 86_400 };

const keyOf = (secret: string) => Buffer.from(secret, 'base64url');

export async function passFor(member: Member, { secret, now }: Settings): Promise<string> {
  const expires = now() / 1000 + PASS.seconds;
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(member.email)
    .setExpirationTime(expires)
    .sign(keyOf(secret));
}

export async function memberIn(
  cookies: string | undefined,
  { club, secret, now }: Settings,
): Promise<Member | null> {
  const pass = new RegExp(`(?:^|; )${PASS.name}=([^;]+)`).exec(cookies ?? '')?.[1] ?? '';
  const verified = await jwtVerify(pass, keyOf(secret), { currentDate: new Date(now()) }).catch(
    () => null,
  );
  return verified && club.memberByEmail(verified.payload.sub ?? '');
}
