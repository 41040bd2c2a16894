import { expect, it } from 'vitest';
import { oneOf, textOf } from './search-values.ts';

it('oneOf returns known search values, and undefined for all others', () => {
  expect(
    ['asc', 'ASC', 7, undefined, ['asc']].map((value) => oneOf(value, ['asc', 'desc'])),
  ).toEqual(['asc', undefined, undefined, undefined, undefined]);
  expect([' bob ', '', ' ', 'x'.repeat(9), ['a'], null].map((value) => textOf(value, 8))).toEqual([
    'bob',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
