import type { OptionsError } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { readCookies, replaceCookie } from './cookie-header.ts';
import { parseCookieOptions } from './cookie-options.ts';

describe('reading cookies', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['X-Username=a', ['a']],
    ['a=1; X-Username=a; b=2', ['a']],
    ['X-Username=a; X-Username=b', ['a', 'b']],
    ['X-Username=a%20b%C3%A9', ['a bé']],
    ['X-Username=%E0%A4%A', ['%E0%A4%A']],
    ['X-Username=', []],
    ['X-Username', []],
    ['__Host-X-Username=a', []],
    ['X-Username2=a; yX-Username=b', []],
    [';;;=;X-Username=a;;', ['a']],
    ['X-Username=a=b', ['a=b']],
    ['a=1 ;\t X-Username= a \t; b=2', ['a']],
    ['a=1;\u00a0X-Username=a; \u000bX-Username=b; \u0085X-Username=c; aX-Username=d', []],
    ['X-Username=%00; X-Username=a%00b; X-Username=c', ['c']],
  ])('readCookies reads from the Cookie header %j: %j', (header, values) => {
    expect(readCookies(header, 'X-Username')).toEqual(values);
  });

  it('replaceCookie replaces every cookie of the name, and keeps the others', () => {
    expect(replaceCookie('a=1; X-Username=a; X-Username=b; c=3', 'X-Username', 'z')).toBe(
      'a=1; c=3; X-Username=z',
    );
    expect(replaceCookie(undefined, 'X-Username', 'z')).toBe('X-Username=z');
    expect(replaceCookie('__Host-X-Username=a', 'X-Username', 'z')).toBe(
      '__Host-X-Username=a; X-Username=z',
    );
  });
});

describe('the cookie options', () => {
  const faults = (input: object) => {
    try {
      parseCookieOptions(input);
      return [];
    } catch (error) {
      return (error as OptionsError).faults.map((fault) => fault.option);
    }
  };

  it('cookie options default to SameSite=Strict, Secure and the __Host- prefix', () => {
    expect(parseCookieOptions()).toEqual({
      sameSite: 'strict',
      secure: true,
      hostPrefix: true,
      partitioned: false,
      prefix: '',
    });
  });

  it.each([
    [{ hostPrefix: true }, []],
    [{ hostPrefix: true, secure: false }, ['hostPrefix']],
    [{ hostPrefix: true, domain: 'example.com' }, ['domain']],
    [
      { hostPrefix: true, secure: false, domain: 'example.com', sameSite: 'none' },
      ['hostPrefix', 'domain', 'sameSite'],
    ],
    [{ sameSite: 'none', secure: false }, ['sameSite']],
    [{ sameSite: 'loose' }, ['sameSite']],
    [{ sameSite: 'none', partitioned: true }, []],
    [{ sameSite: 'lax', partitioned: true }, ['partitioned']],
    [{ prefix: 'shop-' }, []],
    [{ prefix: 'a'.repeat(32) }, []],
    [{ prefix: 'a'.repeat(33) }, ['prefix']],
    [{ prefix: 'shop=' }, ['prefix']],
    [{ prefix: '__host-' }, ['prefix']],
    [{ sameSite: 'lax', httpOnly: false, maxAge: 1 }, ['httpOnly', 'maxAge']],
  ])('parses the cookie options %o with the faults %o', (input, expected) => {
    expect(faults(input)).toEqual(expected);
  });
});
