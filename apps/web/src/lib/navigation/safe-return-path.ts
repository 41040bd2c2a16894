const HOME = '/';
const MAX_LENGTH = 2048;
const MAX_DECODINGS = 5;
/**
 * The base of relative URLs, which is not a real host: a path is resolved against it to see whether
 * it stays on the origin.
 */
const BASE = 'https://own-origin.invalid';
const FOR_SIGNED_OUT = new Set(['/sign-in', '/sign-up']);

/**
 * Returns the path, query and hash to open after the sign-in: those given if they stay on this
 * origin, else the start page (CWE-601).
 *
 * Rejects what a browser or a router could read as another origin or a scheme: `//host`, `/\host`,
 * `javascript:`, the same percent-encoded any number of times or behind dot segments, and control
 * characters. The sign-in and sign-up pages lead to the start page, too.
 */
export function safeReturnPath(from: unknown): string {
  if (typeof from !== 'string' || from.length > MAX_LENGTH || !isOwnPath(from)) return HOME;

  const [path = ''] = from.split(/[?#]/, 1);
  let decoded = path;
  for (let round = 0; round < MAX_DECODINGS; round++) {
    const next = decode(decoded);
    if (next === null || !isOwnPath(next)) return HOME;
    if (next === decoded) break;
    decoded = next;
  }

  const url = new URL(from, BASE);
  if (url.origin !== BASE || !isOwnPath(url.pathname)) return HOME;
  return FOR_SIGNED_OUT.has(url.pathname) ? HOME : url.pathname + url.search + url.hash;
}

function isOwnPath(text: string): boolean {
  const [path = ''] = text.split(/[?#]/, 1);
  return (
    path.startsWith('/') &&
    !path.startsWith('//') &&
    !path.includes('\\') &&
    !hasControlCharacter(text)
  );
}

function hasControlCharacter(text: string): boolean {
  return Array.from(text, (character) => character.charCodeAt(0)).some(
    (code) => code < 0x20 || (code >= 0x7f && code < 0xa0),
  );
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
