import { expect, it } from 'vitest';
import { listenClientOf } from './borrowed-pool.ts';

it('gives the connection for LISTEN the hidden password of a pool too, and bounds its waits (S1)', () => {
  class Client {
    readonly settings: Record<string, unknown>;
    constructor(settings: Record<string, unknown>) {
      this.settings = settings;
    }
  }
  const options = Object.defineProperty({ host: 'db', connectionTimeoutMillis: 0 }, 'password', {
    value: 'hunter2',
    enumerable: false,
  });
  const client = listenClientOf({ options, Client } as never) as never as Client;
  expect({ ...client.settings, password: client.settings.password }).toEqual({
    host: 'db',
    password: 'hunter2',
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
    keepAlive: true,
  });
  expect(options.connectionTimeoutMillis).toBe(0);
});
