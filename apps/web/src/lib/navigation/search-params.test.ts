import { expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search-params.ts';

it.each([
  '',
  '?a=1',
  '?a=1&b=2&b=3',
  '?q=a+b%26c',
  '?empty=',
  '?from=%2Fadmin%3Fsort%3Dname%23row-3',
  '?n=007&t=true',
])('the query string "%s" survives a round trip unchanged', (search) => {
  expect(stringifySearch(parseSearch(search))).toBe(search);
});

it('parseSearch reads values as text and repeated names as lists', () => {
  expect(parseSearch('?n=007&b=1&b=2')).toEqual({ n: '007', b: ['1', '2'] });
});

it('stringifySearch omits undefined and null', () => {
  expect(stringifySearch({ from: undefined, page: 2, sort: null })).toBe('?page=2');
});
