import { type SessionStore, StoreUnavailableError } from '@latchkey/core';

/** A session store that records its calls and can be switched off. */
export interface ObservedStore extends SessionStore {
  /** The names of the called methods, in the order of the calls. */
  readonly calls: string[];
  out: boolean;
}

export function observedStore(inner: SessionStore): ObservedStore {
  const calls: string[] = [];
  return new Proxy(
    { ...inner, calls, out: false },
    {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]) => {
          calls.push(String(name));
          return target.out
            ? Promise.reject(new StoreUnavailableError('switched off'))
            : value(...parameters);
        };
      },
    },
  );
}
