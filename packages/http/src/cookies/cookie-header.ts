/**
 * Returns every value of exactly this name in a Cookie header, in order: a header may hold several
 * (RFC 6265, 5.4). Never throws.
 *
 * @example
 * import { readCookies } from '@latchkey/http';
 *
 * readCookies('a=1; b=2; a=3', 'a'); // ['1', '3']
 */
export function readCookies(header: string | undefined, name: string): string[] {
  const values: string[] = [];
  if (header === undefined) return values;
  const key = `${name}=`;
  /** Searches for the name instead of decoding every pair, because this runs on every request. */
  for (let at = header.indexOf(key); at !== -1; at = header.indexOf(key, at + 1)) {
    if (!startsPair(header, at)) continue;
    const end = header.indexOf(';', at);
    const value = decode(header.slice(at + key.length, end === -1 ? undefined : end).trim());
    /** Skips values with a NUL: databases refuse it, and no value of ours contains it. */
    if (value && !value.includes('\0')) values.push(value);
  }
  return values;
}

/**
 * Whether a pair of the Cookie header starts here. Only space and tab are whitespace (RFC 9110,
 * 5.6.3): browsers accept other whitespace in a name, which must not be a way around `__Host-`.
 */
function startsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (header[before] === ' ' || header[before] === '\t') before -= 1;
  return before < 0 || header[before] === ';';
}

/** Decodes a value; keeps one that is not valid percent-encoding. */
function decode(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Returns the Cookie header with all cookies of one name replaced by one with the given value. */
export function replaceCookie(header: string | undefined, name: string, value: string): string {
  const others = (header ?? '')
    .split(';')
    .filter((pair) => pair.trim() !== '' && !pair.trimStart().startsWith(`${name}=`));
  return [...others.map((pair) => pair.trim()), `${name}=${value}`].join('; ');
}
