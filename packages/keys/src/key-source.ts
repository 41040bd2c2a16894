import type { ManagedKey } from './key-lifecycle.ts';

/** The port from which {@link watchKeys} loads keys. */
export interface KeySource {
  /**
   * Loads all keys. Of two keys with the same date, or without a date, the later one in the list
   * signs.
   *
   * @throws OptionsError if a key is unusable
   * @throws StoreUnavailableError if the source cannot be reached
   */
  load(): Promise<readonly ManagedKey[]>;
}

/**
 * Creates a source of keys that never change.
 *
 * @example
 * import { derivedKeys, staticKeys } from '@latchkey/keys';
 *
 * const source = staticKeys(derivedKeys([secret], 'access-token'));
 * const keys = await source.load();
 */
export function staticKeys(keys: readonly ManagedKey[]): KeySource {
  return { load: async () => keys };
}
