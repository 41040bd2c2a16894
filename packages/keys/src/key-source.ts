import type { ManagedKey } from './key-lifecycle.ts';

/** Where keys come from. */
export interface KeySource {
  /**
   * Every key there is at this moment. Of two with the same date, or without any, the later one in
   * the list signs.
   *
   * @throws OptionsError when what is there cannot be used, StoreUnavailableError when it cannot be
   *   asked
   */
  load(): Promise<readonly ManagedKey[]>;
}

/** Keys that stay as they are: derived ones, or given ones. */
export function staticKeys(keys: readonly ManagedKey[]): KeySource {
  return { load: async () => keys };
}
