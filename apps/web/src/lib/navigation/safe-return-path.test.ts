import { describe, expect, it } from 'vitest';
import { safeReturnPath } from './safe-return-path.ts';

describe('safeReturnPath', () => {
  it.each([
    ['/'],
    ['/admin'],
    ['/admin?sort=name&sort=role#row-3'],
    ['/?q=a%20b&next=https%3A%2F%2Fexample.org%2F'],
    ['/?path=//not-a-host'],
    ['/a%20name/with%2Fslash'],
    ['/#//x'],
  ])('safeReturnPath returns to %s', (from) => {
    expect(safeReturnPath(from)).toBe(from);
  });

  it.each([
    ['nothing', undefined],
    ['no string', 7],
    ['an empty path', ''],
    ['a relative path', 'admin'],
    ['another host', '//evil.example'],
    ['another host behind three slashes', '///evil.example'],
    ['a backslash host', '/\\evil.example'],
    ['a backslash later', '/a\\..\\..\\evil'],
    ['a double backslash', '\\\\evil.example'],
    ['a full address', 'https://evil.example/'],
    ['a scheme without slashes', 'https:evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['a data address', 'data:text/html,x'],
    ['an encoded host', '/%2Fevil.example'],
    ['an encoded backslash', '/%5Cevil.example'],
    ['a twice encoded host', '/%252Fevil.example'],
    ['a thrice encoded backslash', '/%25255cevil.example'],
    ['a wholly encoded host', '%2F%2Fevil.example'],
    ['dot segments that leave two slashes', '/.//evil.example'],
    ['parent segments that leave two slashes', '/a/..//evil.example'],
    ['encoded dot segments', '/%2e//evil.example'],
    ['a tab', '/\t/evil.example'],
    ['a newline', '/\n/evil.example'],
    ['an encoded newline', '/%0a/evil.example'],
    ['a NUL in the query', '/?a=\u0000'],
    ['a leading space', ' //evil.example'],
    ['a C1 control character', '/\u0085'],
    ['a malformed escape', '/%zz'],
    ['the sign-in page', '/sign-in?from=%2Fadmin'],
    ['the sign-up page', '/sign-up?from=%2Fadmin'],
    ['an absurdly long path', `/${'a'.repeat(2048)}`],
  ])('safeReturnPath returns to the start page for %s', (_name, from) => {
    expect(safeReturnPath(from)).toBe('/');
  });

  it('safeReturnPath stays on the own origin for every prefix of three special characters', () => {
    const special = [
      '/',
      '\\',
      '.',
      '..',
      '%2f',
      '%5c',
      '%2e',
      '\t',
      '\n',
      ' ',
      '@',
      ':',
      'x',
      '?',
      '#',
      ';',
    ];
    for (const a of special)
      for (const b of special)
        for (const c of special) {
          const target = new URL(
            safeReturnPath(`/${a}${b}${c}/evil.example`),
            'https://own.example',
          );
          expect(target.origin).toBe('https://own.example');
          expect(target.pathname.startsWith('//')).toBe(false);
        }
  });
});
