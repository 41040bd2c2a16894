/** Ours; whoever adopts Latchkey may set others beside them. */
const OURS = /^(__host-)?x-/i;
/** What browsers keep of one cookie, name and value together (RFC 6265bis, 5.6). */
const MAX_BYTES = 4_096;

/**
 * Holds a Set-Cookie header to what every cookie of ours must be (ASVS 3.3.1 to 3.3.5). The test
 * browser calls it for each one that is delivered to it, so the whole suite is a test of it.
 *
 * @throws Error naming what is wrong
 */
export function holdToRules(header: string): void {
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
  if (faults.length > 0) throw new Error(`not a cookie of ours (${faults.join(', ')}): ${header}`);
}
