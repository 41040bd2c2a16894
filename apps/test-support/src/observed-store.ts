import { type SessionStore, StoreUnavailableError } from '@latchkey/core';

/** A session store that records its calls and can be switched off. */
export interface ObservedStore extends SessionStore {
  /** The names of the called methods, in the order of the calls. */
  readonly calls: string[];
  out: boolean;
}

export function observedStore(inner: SessionStore): ObservedStore {
  const calls: string[] = [];
  /** What a test sets: `out`, or methods in place of the store's, which may be those of a class. */
  const own: Record<PropertyKey, unknown> = { calls, out: false };
  return new Proxy(inner, {
    get(store, name) {
      const value: unknown = name in own ? own[name] : Reflect.get(store, name);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        calls.push(String(name));
        return own.out
          ? Promise.reject(new StoreUnavailableError('switched off'))
          : Reflect.apply(value, store, parameters);
      };
    },
    set: (_store, name, value) => Reflect.set(own, name, value),
  }) as ObservedStore;
}
