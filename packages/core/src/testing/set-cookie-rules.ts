/** The names of Latchkey's cookies; an app may set others. */
const OURS = /^(__host-)?x-/i;
/** The most that browsers store of one cookie, name and value together (RFC 6265bis, 5.6). */
const MAX_BYTES = 4_096;

/**
 * Checks the attributes of a cookie of Latchkey (ASVS 3.3.1 to 3.3.5). The test browser calls it
 * for every Set-Cookie header, so every test that uses a browser checks them.
 *
 * @throws Error listing the faults
 */
export function checkSetCookie(header: string): void {
  if (!OURS.test(header)) return;
  const [pair = '', ...rest] = header.split(';').map((part) => part.trim());
  const attributes = rest.map((part) => part.toLowerCase());
  const faults: string[] = [];
  const must = (holds: boolean, what: string) => holds || faults.push(what);
  must(attributes.includes('secure'), 'no Secure');
  must(attributes.includes('httponly'), 'no HttpOnly');
  must(
    attributes.some((one) => /^samesite=(strict|lax|none)$/.test(one)),
    'no SameSite',
  );
  must(attributes.includes('path=/'), 'no Path=/');
  must(
    !/^__host-/i.test(pair) || !attributes.some((one) => one.startsWith('domain')),
    '__Host- with a Domain',
  );
  must(Buffer.byteLength(pair) - 1 <= MAX_BYTES, `more than ${MAX_BYTES} bytes`);
  if (faults.length > 0) throw new Error(`invalid Set-Cookie (${faults.join(', ')}): ${header}`);
}
