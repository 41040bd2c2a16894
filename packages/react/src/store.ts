import { useSyncExternalStore } from 'react';

/** A value that is kept outside React, with its listeners. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

/**
 * Creates a store. `set` notifies the listeners if the new value differs (`Object.is`).
 *
 * @example
 * import { createStore } from '@latchkey/react';
 *
 * const theme = createStore<'light' | 'dark'>('light');
 * const stop = theme.subscribe(() => console.log(theme.get()));
 * theme.set('dark');
 */
export function createStore<T>(initial: T): Store<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * Returns the store's value, and renders again when it changes.
 *
 * @example
 * ```tsx
 * import { createStore, useStore } from '@latchkey/react';
 *
 * const count = createStore(0);
 * export const Counter = () => (
 *   <button onClick={() => count.set(count.get() + 1)}>{useStore(count)}</button>
 * );
 * ```
 */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}
