import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
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

const SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');

/** Creates a session layer in memory with one user, {@link ADA}, on a settable clock. */
export function demoLayer() {
  const clock = settableClock();
  const calls: string[] = [];
  const store = recording(memorySessionStore(), calls);
  const layer = createSessionLayer({
    ring: deriveKeyRing([SECRET]),
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
