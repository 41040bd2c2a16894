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
  return header === undefined ? [] : valuesOf(header, `${name}=`);
}

/**
 * Like {@link readCookies}, for a key made once: the name and `=`. Decodes no other pair, because
 * this runs on every request. Only space and tab are whitespace (RFC 9110, 5.6.3): browsers accept
 * other whitespace in a name, which must not be a way around `__Host-`.
 */
export function valuesOf(header: string, key: string): string[] {
  const values: string[] = [];
  for (let start = 0; start < header.length; ) {
    const semicolon = header.indexOf(';', start);
    const end = semicolon === -1 ? header.length : semicolon;
    while (header[start] === ' ' || header[start] === '\t') start += 1;
    if (header.startsWith(key, start)) {
      const value = decode(header.slice(start + key.length, end).trim());
      /** Skips values with a NUL: databases refuse it, and no value of ours contains it. */
      if (value && !value.includes('\0')) values.push(value);
    }
    start = end + 1;
  }
  return values;
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
