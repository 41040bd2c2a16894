import { expect, it, vi } from 'vitest';
import { OptionsError } from './options.ts';
import { StoreUnavailableError } from './outcome.ts';

it('errors are recognised across two copies of this package (E3)', async () => {
  vi.resetModules();
  const copy = { ...(await import('./outcome.ts')), ...(await import('./options.ts')) };
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
  for (const other of [null, undefined, 'out', new Error('out')]) expect(other).not.toBeInstanceOf(StoreUnavailableError);
});
