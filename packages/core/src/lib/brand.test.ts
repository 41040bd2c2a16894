import { expect, it } from 'vitest';
import { OptionsError, StoreUnavailableError } from '../errors.ts';

/** The module once more. */
const copyOf = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ `${path}?copy`)) as Module;

it('errors are recognised across two copies of this package (E3)', async () => {
  const copy = {
    ...(await copyOf<typeof import('../errors.ts')>('../errors.ts')),
    ...(await copyOf<typeof import('../options.ts')>('../options.ts')),
  };
  expect(copy.StoreUnavailableError).not.toBe(StoreUnavailableError);
  expect(new copy.StoreUnavailableError('out')).toBeInstanceOf(StoreUnavailableError);
  expect(new copy.OptionsError([])).toBeInstanceOf(OptionsError);
  expect(new copy.OptionsError([])).not.toBeInstanceOf(StoreUnavailableError);
});

it('a subclass is recognised as itself and as an outage', () => {
  class RedisOut extends StoreUnavailableError {}
  expect(new RedisOut('out')).toBeInstanceOf(RedisOut);
  expect(new RedisOut('out')).toBeInstanceOf(StoreUnavailableError);
  expect(new StoreUnavailableError('out')).not.toBeInstanceOf(RedisOut);
  for (const other of [null, undefined, 'out', new Error('out')])
    expect(other).not.toBeInstanceOf(StoreUnavailableError);
});
