import { describe, expect, it } from 'vitest';
import { checkSetCookie } from './set-cookie-rules.ts';

const GOOD = 'X-Access-Token=a.b.c; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict';

describe('checkSetCookie', () => {
  it.each([GOOD, GOOD.replace('Strict', 'Lax'), `__Host-${GOOD}`, `${GOOD}; Domain=example.com`])(
    'accepts the Set-Cookie header %s',
    (header) => {
      expect(() => checkSetCookie(header)).not.toThrow();
    },
  );

  it.each([
    [GOOD.replace('; Secure', ''), 'no Secure'],
    [GOOD.replace('; HttpOnly', ''), 'no HttpOnly'],
    [GOOD.replace('; SameSite=Strict', ''), 'no SameSite'],
    [GOOD.replace('SameSite=Strict', 'SameSite=Any'), 'no SameSite'],
    [GOOD.replace('Path=/', 'Path=/api'), 'no Path=/'],
    [`__Host-${GOOD}; Domain=example.com`, '__Host- with a Domain'],
    [GOOD.replace('a.b.c', 'x'.repeat(4_096)), 'more than 4096 bytes'],
  ])('rejects the Set-Cookie header %s', (header, fault) => {
    expect(() => checkSetCookie(header)).toThrow(fault);
  });
});
