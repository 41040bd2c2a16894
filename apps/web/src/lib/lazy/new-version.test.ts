import { expect, it } from 'vitest';
import { mayReload } from './new-version.ts';

it.each([
  ['navigate', 0],
  ['back_forward', 0],
  ['reload', 60_001],
] as const)('a new version reloads a document that was loaded by %s %d ms ago', (type, age) =>
  expect(mayReload(type, age)).toBe(true),
);

it.each([
  ['reload', 0],
  ['reload', 60_000],
  [undefined, 60_001],
] as const)(
  'a new version does not reload a document that was loaded by %s %d ms ago',
  (type, age) => expect(mayReload(type, age)).toBe(false),
);
