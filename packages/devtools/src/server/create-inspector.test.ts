import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  type SessionLayer,
  systemClock,
} from '@latchkey/core';
import { latchkey } from '@latchkey/trpc';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type InspectorApp, startInspectorApp } from '../testing/inspector-app.ts';
import { createInspector } from './inspector.ts';

let app: InspectorApp | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await app?.close();
  app = undefined;
});

const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);
const dependencies = () => ({
  ring,
  layer: createSessionLayer({
    ring,
    store: memorySessionStore(),
    users: { findUser: async () => null },
    clock: systemClock,
  }),
});

describe('createInspector', () => {
  it('createInspector throws if NODE_ENV is production', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => createInspector(dependencies())).toThrow(
      'createInspector: NODE_ENV is production. The inspector plays a token thief on request: create it in development only.',
    );
  });

  it.each([undefined, 'development', 'test'])(
    'createInspector accepts %s as NODE_ENV',
    (environment) => {
      vi.stubEnv('NODE_ENV', environment);
      expect(() => createInspector(dependencies())).not.toThrow();
    },
  );

  it.each(['', '/', 'inspector', '/inspector/'])(
    'createInspector throws for the path "%s"',
    (path) => {
      expect(() => createInspector({ ...dependencies(), path })).toThrow(
        `createInspector: path is "${path}". Begin it with a slash and end it without one.`,
      );
    },
  );

  it('createInspector returns a layer with every member of the given one', () => {
    const { ring, layer } = dependencies();
    const inspected = createInspector({ ring, layer }).layer;
    expect(Object.keys(inspected).toSorted()).toEqual(Object.keys(layer).toSorted());
  });

  it('createInspector accepts a layer that is an instance of a class', async () => {
    app = await startInspectorApp({ wrapLayer: asInstance });
    const bob = await app.signedIn();
    app.clock.advance(60);
    const stream = await app.watch(bob);
    expect(stream.hello().events).toMatchObject([
      { kind: 'issued' },
      { kind: 'refreshed', decision: 'rotate' },
    ]);
    stream.close();
  });
});

describe("the inspector's options", () => {
  it("moves the inspector's routes to another path", async () => {
    app = await startInspectorApp({ path: '/dev/session' });
    const bob = await app.signedIn();
    expect((await bob.post('/dev/session/expire')).status).toBe(200);
    expect((await bob.post('/__inspector/expire')).status).toBe(404);
    const stream = await app.watch(bob);
    expect(stream.hello().events).toMatchObject([
      { kind: 'issued' },
      { kind: 'dropped' },
      { kind: 'refreshed' },
    ]);
    stream.close();
  });

  it("passes requests to the inspector's routes on while it is disabled", async () => {
    let isOn = false;
    app = await startInspectorApp({ isEnabled: () => isOn });
    const bob = await app.signedIn();
    expect((await bob.post('/__inspector/expire')).status).toBe(404);
    isOn = true;
    expect((await bob.post('/__inspector/expire')).status).toBe(200);
  });

  it('passes on the error with which isEnabled rejects', async () => {
    app = await startInspectorApp({ isEnabled: () => Promise.reject(new Error('no database')) });
    const bob = await app.signedIn();
    expect((await bob.post('/__inspector/expire')).status).toBe(500);
  });

  it.each([
    [
      'the explanation that explainEnd returns',
      async () => ({ cause: 'tired', explanation: 'Good night.' }),
      'tired',
    ],
    ['the reason of the event, if explainEnd knows none', async () => null, 'signed_out'],
    [
      'the reason of the event, if explainEnd rejects',
      () => Promise.reject(new Error('no database')),
      'signed_out',
    ],
  ])("ends the inspector's event stream with %s", async (_title, explainEnd, cause) => {
    app = await startInspectorApp({ explainEnd });
    const bob = await app.signedIn();
    const stream = await app.watch(bob);
    await bob.post('/logout');
    expect(await stream.ended).toMatchObject({ cause });
  });
});

it('ends the event stream within a second after the session, without a revocation feed', async () => {
  app = await startInspectorApp({ feed: null });
  const bob = await app.signedIn();
  const stream = await app.watch(bob);
  await bob.post('/logout');
  await expect.poll(() => stream.events()).toMatchObject([{ kind: 'revoked' }]);
  await app.clock.pass(1);
  expect(await stream.ended).toEqual({ cause: 'signed_out', explanation: '' });
  await expect.poll(() => app?.streams.size).toBe(0);
});

it('serves the inspector as middleware of plain node:http', async () => {
  const { ring, layer } = dependencies();
  const inspector = createInspector({ layer, ring });
  const handle = inspector.middleware(latchkey({ layer: inspector.layer }));
  const server = createServer((request, response) =>
    handle(request, response, () => response.writeHead(404).end()),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  expect(await statusOf('/__inspector/events')).toBe(401);
  expect(await statusOf('/__inspector/events?again=1')).toBe(401);
  expect(await statusOf('/__inspector/events/1')).toBe(404);
  expect(await statusOf('/__inspectors/events')).toBe(404);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Makes the layer an instance of a class: members are inherited, and methods need their `this`. */
function asInstance(layer: SessionLayer): SessionLayer {
  const members = Object.entries(layer).map(([name, value]: [string, unknown]) => [
    name,
    typeof value !== 'function'
      ? value
      : function (this: unknown, ...given: unknown[]): unknown {
          if (this !== instance) throw new TypeError(`${name} is called without its layer`);
          return value(...given);
        },
  ]);
  const instance = Object.create(Object.fromEntries(members)) as SessionLayer;
  return instance;
}
