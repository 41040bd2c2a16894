import { expect, it } from 'vitest';
import { StoreUnavailableError } from '../errors.ts';
import { OptionsError } from './options-error.ts';

/** Imports a second copy of a module, as if the package were installed twice. */
const copyOf = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ `${path}?copy`)) as Module;

it('instanceof recognizes errors of another copy of this package (E3)', async () => {
  const copy = {
    ...(await copyOf<typeof import('../errors.ts')>('../errors.ts')),
    ...(await copyOf<typeof import('./options-error.ts')>('./options-error.ts')),
  };
  expect(copy.StoreUnavailableError).not.toBe(StoreUnavailableError);
  expect(new copy.StoreUnavailableError('out')).toBeInstanceOf(StoreUnavailableError);
  expect(new copy.OptionsError([])).toBeInstanceOf(OptionsError);
  expect(new copy.OptionsError([])).not.toBeInstanceOf(StoreUnavailableError);
});

it('instanceof recognizes a subclass as itself and as StoreUnavailableError', () => {
  class RedisOut extends StoreUnavailableError {}
  expect(new RedisOut('out')).toBeInstanceOf(RedisOut);
  expect(new RedisOut('out')).toBeInstanceOf(StoreUnavailableError);
  expect(new StoreUnavailableError('out')).not.toBeInstanceOf(RedisOut);
  for (const other of [null, undefined, 'out', new Error('out')])
    expect(other).not.toBeInstanceOf(StoreUnavailableError);
});
