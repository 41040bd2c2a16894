import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { encoded } from './access-token-targets.ts';
import type { FuzzTarget } from './fuzz.ts';
import { mutated } from './mutations.ts';
import type { EdgeVictim } from './victim.ts';

/**
 * Fuzzes refresh tokens near the victim's, the first ones with each of its bits flipped: each must
 * be refused, and the session must stay unchanged.
 */
export function refreshTokenTarget(victim: EdgeVictim): FuzzTarget {
  const token = victim.grant.refreshToken ?? '';
  const bits = fc.nat(partsOf(token)[1].length * 8 - 1).map((bit) => withBitFlipped(token, bit));
  const presented = fc.oneof(
    bits,
    mutated([token, victim.grant.accessToken]),
    fc.string({ unit: 'binary', maxLength: 120 }),
  );
  return {
    name: 'refresh tokens',
    property: () => fc.asyncProperty(presented, (forged) => refusedAndUntouched(victim, forged)),
  };
}

/** Returns the victim's refresh token with every bit flipped, one at a time. */
export function everyBitFlipped({ grant }: EdgeVictim): string[] {
  const token = grant.refreshToken ?? '';
  return Array.from({ length: partsOf(token)[1].length * 8 }, (_, bit) =>
    withBitFlipped(token, bit),
  );
}

/**
 * Presents a forged refresh token; it must be refused, and the session must stay unchanged.
 *
 * @throws Error that names the broken property
 */
export async function refusedAndUntouched(victim: EdgeVictim, forged: string): Promise<void> {
  if (forged === victim.grant.refreshToken) return;
  const before = await victim.record();
  const { principal, setCookies } = await victim.present({
    cookie: `X-Refresh-Token=${encoded(forged)}; X-Username=victim`,
  });
  if (principal || setCookies.length > 0) throw new Error(`refreshed: ${setCookies.join()}`);
  if (!isDeepStrictEqual(await victim.record(), before)) throw new Error('the session has changed');
}

/** The prefix, and the bytes behind it. */
function partsOf(token: string): readonly [prefix: string, bytes: Buffer] {
  const start = token.indexOf('.') + 1;
  return [token.slice(0, start), Buffer.from(token.slice(start), 'base64url')];
}

function withBitFlipped(token: string, bit: number): string {
  const [prefix, bytes] = partsOf(token);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return prefix + bytes.toString('base64url');
}
