import fc from 'fast-check';
import type { FuzzTarget } from './fuzz.ts';
import type { EdgeVictim } from './victim.ts';

const NAME = 'X-Access-Token';

/**
 * Fuzzes Cookie headers made of random parts: the server must find a token exactly where a simple
 * parser of RFC 6265 finds it.
 */
export function cookieTarget(victim: EdgeVictim): FuzzTarget {
  const token = victim.grant.accessToken;
  const piece = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        NAME,
        '=',
        ';',
        '; ',
        ' ',
        '\t',
        '%',
        '"',
        ',',
        token,
        token.slice(0, -1),
        `${NAME}=${token}`,
        `${NAME}=`,
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '__Host-',
        '__Secure-',
        '%00',
        '%E0%A4%A',
        encodeURIComponent(token),
        'X-Username=victim',
        'x-access-token',
        '\u00a0',
        '\u000b',
      ),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
    {
      weight: 1,
      arbitrary: fc.string({
        unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
        maxLength: 4,
      }),
    },
  );
  const header = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
  return {
    name: 'cookie headers',
    property: () =>
      fc.asyncProperty(header, async (cookie) => {
        const { principal, setCookies } = await victim.present({ cookie });
        const expected = valuesIn(cookie).includes(token);
        if ((principal !== null) !== expected)
          throw new Error(`authenticated: ${principal !== null}, expected: ${expected}`);
        if (setCookies.length > 0) throw new Error(`Set-Cookie: ${setCookies.join()}`);
      }),
  };
}

/** Parses a Cookie header slowly and simply, so that the code is easy to verify by eye. */
function valuesIn(header: string): string[] {
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).replace(/^[ \t]+/, '');
    if (at === -1 || name !== NAME) return [];
    const value = pair.slice(at + 1).trim();
    try {
      return [decodeURIComponent(value)];
    } catch {
      return [value];
    }
  });
}
