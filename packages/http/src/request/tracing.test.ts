import { memorySessionStore, type SessionStore } from '@latchkey/core';
import { sessionStoreContract } from '@latchkey/core/testing/contracts';
import * as vitest from 'vitest';
import { tracedStore } from './tracing.ts';

type Parameters<Method extends keyof SessionStore> = globalThis.Parameters<SessionStore[Method]>;

/** A store as an adopter may write it: its methods are on the prototype and need their `this`. */
class ClassStore implements SessionStore {
  readonly #store = memorySessionStore();

  create(...parameters: Parameters<'create'>) {
    return this.#store.create(...parameters);
  }

  find(...parameters: Parameters<'find'>) {
    return this.#store.find(...parameters);
  }

  rotate(...parameters: Parameters<'rotate'>) {
    return this.#store.rotate(...parameters);
  }

  recordDelivery(...parameters: Parameters<'recordDelivery'>) {
    return this.#store.recordDelivery(...parameters);
  }

  acknowledge(...parameters: Parameters<'acknowledge'>) {
    return this.#store.acknowledge(...parameters);
  }

  setTokenVersion(...parameters: Parameters<'setTokenVersion'>) {
    return this.#store.setTokenVersion(...parameters);
  }

  recordAuthentication(...parameters: Parameters<'recordAuthentication'>) {
    return this.#store.recordAuthentication(...parameters);
  }

  revoke(...parameters: Parameters<'revoke'>) {
    return this.#store.revoke(...parameters);
  }

  revokeAllOfUser(...parameters: Parameters<'revokeAllOfUser'>) {
    return this.#store.revokeAllOfUser(...parameters);
  }

  findByUser(...parameters: Parameters<'findByUser'>) {
    return this.#store.findByUser(...parameters);
  }

  purge(...parameters: Parameters<'purge'>) {
    return this.#store.purge(...parameters);
  }
}

sessionStoreContract('a traced store that is a class', vitest, async () => ({
  store: tracedStore(new ClassStore()),
  close: async () => {},
}));
