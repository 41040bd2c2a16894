import { isDeepStrictEqual } from 'node:util';
import { segment, signed } from '@latchkey/test-support';
import fc from 'fast-check';
import type { FuzzTarget } from './fuzz.ts';
import { mutated } from './mutations.ts';
import type { EdgeVictim } from './victim.ts';

/**
 * Fuzzes access tokens with random texts, and texts near a real token: only real tokens may be
 * accepted.
 */
export function foreignTokenTarget(victim: EdgeVictim): FuzzTarget {
  const minted = [victim.grant.accessToken, ...victim.othersAccessTokens] as const;
  const anything = fc.oneof(
    { weight: 6, arbitrary: mutated([...minted]) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc
        .array(
          fc.uint8Array({ maxLength: 120 }).map((bytes) => segment(Buffer.from(bytes))),
          { maxLength: 5 },
        )
        .map((parts) => parts.join('.')),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.json(), fc.json(), fc.base64String({ maxLength: 90 }))
        .map(([a, b, c]) => `${segment(a)}.${segment(b)}.${c}`),
    },
  );
  return {
    name: `access tokens, ${victim.algorithm}`,
    property: () =>
      fc.asyncProperty(anything, async (token) => {
        const { principal, setCookies } = await victim.present({
          cookie: `X-Access-Token=${encoded(token)}`,
        });
        if (principal && !minted.includes(token))
          throw new Error(`accepted as a token of ${principal.username}`);
        if (setCookies.length > 0) throw new Error(`Set-Cookie: ${setCookies.join()}`);
      }),
  };
}

/**
 * Fuzzes headers and claims under the server's own signature: they may be accepted only in the
 * published format.
 */
export function resignedTokenTarget(victim: EdgeVictim): FuzzTarget {
  const { signing } = victim.ring;
  const [header = '', claims = ''] = victim.grant.accessToken
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString());
  const property = fc.tuple(json(header), json(claims));
  return {
    name: `re-signed tokens, ${victim.algorithm}`,
    property: () =>
      fc.asyncProperty(property, async ([head, payload]) => {
        const { principal } = await victim.present({
          authorization: `Bearer ${signed(head, payload, signing)}`,
        });
        if (!principal) return;
        if (!isDeepStrictEqual(JSON.parse(head), JSON.parse(header)))
          throw new Error('accepted with another header');
        if (!isPublished(payload))
          throw new Error('accepted with claims that the server never issues');
      }),
  };
}

/**
 * Generates JSON near the given JSON: members replaced, removed, added or doubled, or its text
 * changed.
 */
function json(text: string): fc.Arbitrary<string> {
  const members: Record<string, unknown> = JSON.parse(text);
  const names = Object.keys(members);
  const value = fc.oneof(
    fc.constantFrom(
      0,
      -1,
      1.5,
      2 ** 32,
      1e12,
      '',
      'latchkey',
      'Admin',
      null,
      true,
      [],
      {},
      Number.MAX_SAFE_INTEGER,
    ),
    fc.constantFrom(...Object.values(members)),
    fc.integer(),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const change = fc.tuple(fc.constantFrom(...names, '__proto__', 'crit', 'jku', 'nbf'), value);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(text) },
    {
      weight: 4,
      arbitrary: fc
        .array(change, { minLength: 1, maxLength: 2 })
        .map((changes) => JSON.stringify({ ...members, ...Object.fromEntries(changes) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...names)
        .map((name) => JSON.stringify({ ...members, [name]: undefined })),
    },
    {
      weight: 1,
      arbitrary: change.map(([name, other]) =>
        text.replace('{', `{${JSON.stringify(name)}:${JSON.stringify(other)},`),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .shuffledSubarray(names)
        .map((order) =>
          JSON.stringify(Object.fromEntries(order.map((name) => [name, members[name]]))),
        ),
    },
    { weight: 1, arbitrary: mutated([text]) },
    { weight: 1, arbitrary: fc.json() },
  );
}

/**
 * Whether a payload has the claims of docs/protocol.md, restated here independently of the code.
 */
function isPublished(payload: string): boolean {
  const claims: Record<string, unknown> = JSON.parse(payload);
  const { iss, aud, sub, name, role, sid, gen, ver, iat, exp } = claims;
  const isText = (value: unknown) =>
    typeof value === 'string' && value.length >= 1 && value.length <= 256 && value.isWellFormed();
  const isCount = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
  const isInstant = (value: unknown): value is number =>
    typeof value === 'number' && value > 0 && value < 253_402_300_800;
  return (
    JSON.stringify(claims) === payload &&
    Object.keys(claims).length === 10 &&
    iss === 'latchkey' &&
    aud === 'latchkey' &&
    [sub, name, role].every(isText) &&
    typeof sid === 'string' &&
    Buffer.from(sid, 'base64url').length === 16 &&
    isCount(gen) &&
    isCount(ver) &&
    isInstant(iat) &&
    isInstant(exp) &&
    exp > iat &&
    exp - iat <= 604_800
  );
}

/** Encodes a cookie value as a browser sends it; invalid Unicode is sent unchanged. */
export function encoded(value: string): string {
  return value.isWellFormed() ? encodeURIComponent(value) : value.replace(/;/g, '');
}
