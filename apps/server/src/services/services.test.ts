import { type Clock, createSessionLayer } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { describe, expect, it } from 'vitest';
import { parseEnv } from '../config/env.ts';
import { auditTrail } from '../features/audit/audit-trail.ts';
import { openKeys } from '../features/keys/open-keys.ts';
import { createLogger } from '../process/log.ts';
import { cheapHasher } from '../testing/cheap-hasher.ts';
import { openAppDatabase } from './app-database.ts';
import { openSessions } from './open-sessions.ts';
import { openServices, type ServicesOptions } from './services.ts';

type Steps = NonNullable<ServicesOptions['steps']>;

const logger = createLogger('silent', false);
const env = parseEnv({
  DATABASE_URL: 'memory:',
  LATCHKEY_SECRET: Buffer.from('the secret of these tests, number 1').toString('base64url'),
});

/** Returns the real steps of opening the services, and records what is closed. */
function noting(): {
  readonly steps: Required<Omit<Steps, 'accounts'>>;
  readonly opened: string[];
  readonly closed: string[];
} {
  const [opened, closed]: [string[], string[]] = [[], []];
  function noted<T extends { close(): unknown }>(name: string, resource: T): T {
    opened.push(name);
    const { close } = resource;
    return Object.assign(resource, {
      close() {
        closed.push(name);
        return close();
      },
    });
  }
  const followed = (): Clock & { close(): void } => ({ ...settableClock(), close() {} });
  const steps = {
    database: async (...parameters) => noted('database', await openAppDatabase(...parameters)),
    sessions: async (...parameters) => noted('sessions', await openSessions(...parameters)),
    clock: async () => noted('clock', followed()),
    keys: async (...parameters) => noted('keys', await openKeys(...parameters)),
    trail: (...parameters) => noted('trail', auditTrail(...parameters)),
    layer: (...parameters) => noted('layer', createSessionLayer(...parameters)),
  } satisfies Steps;
  return { steps, opened, closed };
}

describe('services that cannot be opened (D11)', () => {
  const fault = new Error('this step fails');
  const fails = () => {
    throw fault;
  };

  it.each<[keyof Steps | 'wrapStore', string[]]>([
    ['database', []],
    ['sessions', ['database']],
    ['clock', ['database', 'sessions']],
    ['keys', ['database', 'sessions', 'clock']],
    ['trail', ['database', 'sessions', 'clock', 'keys']],
    ['wrapStore', ['database', 'sessions', 'clock', 'keys', 'trail']],
    ['layer', ['database', 'sessions', 'clock', 'keys', 'trail']],
    ['accounts', ['database', 'sessions', 'clock', 'keys', 'trail', 'layer']],
  ])(
    'when the step "%s" fails, what was opened is closed in reverse order and the fault is thrown',
    async (name, before) => {
      const { steps, opened, closed } = noting();
      const failing: ServicesOptions =
        name === 'wrapStore'
          ? { logger, steps, wrapStore: fails }
          : { logger, hasher: cheapHasher(), steps: { ...steps, [name]: fails } };
      await expect(openServices(env, failing)).rejects.toBe(fault);
      expect(opened).toEqual(before);
      expect(closed).toEqual(before.toReversed());
    },
  );

  it('opening services rejects with the first fault, also when closing fails', async () => {
    const { steps, closed } = noting();
    const sessions: Steps['sessions'] = async (...parameters) => ({
      ...(await openSessions(...parameters)),
      close: () => Promise.reject(new Error('stuck')),
    });
    await expect(
      openServices(env, { logger, steps: { ...steps, sessions, keys: fails } }),
    ).rejects.toBe(fault);
    expect(closed).toEqual(['clock', 'database']);
  });
});

it('services are closed once, in the reverse order of opening', async () => {
  const { steps, opened, closed } = noting();
  const services = await openServices(env, { logger, hasher: cheapHasher(), steps });
  await services.close();
  await services.close();
  expect(closed).toEqual(opened.toReversed());
});

it('closing services closes all of them, and rejects with the first fault', async () => {
  const { steps, opened, closed } = noting();
  const stuck: Steps = {
    ...steps,
    trail: (...parameters) => failing(steps.trail(...parameters), 'the trail is stuck'),
    keys: async (...parameters) => failing(await steps.keys(...parameters), 'the keys are stuck'),
  };
  const services = await openServices(env, { logger, hasher: cheapHasher(), steps: stuck });
  await expect(services.close()).rejects.toThrow('the trail is stuck');
  expect(closed).toEqual(opened.toReversed());

  function failing<T extends { close(): unknown }>(resource: T, message: string): T {
    const { close } = resource;
    return Object.assign(resource, {
      async close() {
        await close();
        throw new Error(message);
      },
    });
  }
});
