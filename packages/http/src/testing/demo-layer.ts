import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  randomSecret,
  type SessionStore,
  type User,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';

export const ADA: User = {
  id: '7',
  username: 'ada',
  role: 'Admin',
  tokenVersion: 0,
  disabled: false,
};

/** Creates a session layer in memory, with its own secret and one user, {@link ADA}. */
export function demoLayer({ clock = settableClock() } = {}) {
  const calls: string[] = [];
  const store = recording(memorySessionStore(), calls);
  const layer = createSessionLayer({
    ring: deriveKeyRing([randomSecret(32).toString('base64url')]),
    store,
    users: { findUser: async (id) => (id === ADA.id ? ADA : null) },
    clock,
  });
  return {
    layer,
    clock,
    /** The names of the store's methods, in the order of their calls. */ calls,
  };
}

function recording(store: SessionStore, calls: string[]): SessionStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        calls.push(String(name));
        return value.apply(target, parameters);
      };
    },
  });
}
