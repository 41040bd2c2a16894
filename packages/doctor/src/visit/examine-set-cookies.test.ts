import { expect, it } from 'vitest';
import { maxAgeOf } from './examine-set-cookies.ts';

it.each([
  ['X-Access-Token=a; Max-Age=60; Path=/', 60],
  ['__Host-X-Access-Token=a; Path=/; max-age=0', 0],
  ['X-Access-Token=a; Path=/', Number.POSITIVE_INFINITY],
  ['X-Access-Token=max-age=5; Path=/', Number.POSITIVE_INFINITY],
])('the access token of %j expires in %s seconds', (header, seconds) => {
  const others = ['X-Username=ada; Max-Age=9', header, 'X-Refresh-Token=b; Max-Age=9'];
  expect(maxAgeOf('X-Access-Token', others)).toBe(seconds);
});
