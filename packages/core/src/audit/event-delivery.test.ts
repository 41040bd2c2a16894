import { expect, it, vi } from 'vitest';
import { memorySessionStore } from '../session/memory-session-store.ts';
import { createSessionLayer } from '../session-layer.ts';
import { alice, client, ring } from '../testing/fixtures/layer-fixture.ts';
import { settableClock } from '../testing/settable-clock.ts';
import type { EventHandler, LayerEvent } from './security-event.ts';

const layerWith = (onEvent: EventHandler) =>
  createSessionLayer({
    ring,
    store: memorySessionStore(),
    users: { findUser: async () => alice },
    clock: settableClock(),
    options: { maxSessionsPerUser: 1 },
    onEvent,
  });

it('a handler that never answers delays no sign-in, and sees the session stored', async () => {
  const seen: unknown[] = [];
  const layer = layerWith(async (event) => {
    seen.push(event);
    await new Promise(() => {});
  });
  const { sessionId } = await layer.issue(alice, client);
  expect(seen).toEqual([
    expect.objectContaining({ kind: 'session.issued', userId: 'a', sessionId, ...client }),
  ]);
});

it.each([
  ['throws', () => void JSON.parse('no JSON')],
  ['rejects', () => Promise.reject(new SyntaxError('later'))],
])(
  'a handler that %s fails no sign-in, and gets the error as event.failed',
  async (_what, fail) => {
    const told: LayerEvent[] = [];
    const layer = layerWith((event) => {
      told.push(event);
      return event.kind === 'event.failed' ? undefined : fail();
    });
    await layer.issue(alice, client);
    await layer.close();
    expect(told).toEqual([
      expect.objectContaining({ kind: 'session.issued' }),
      { kind: 'event.failed', failed: told[0], error: expect.any(SyntaxError) },
    ]);
  },
);

it('a handler that fails for event.failed too is not called again', async () => {
  const handle = vi.fn(() => Promise.reject(new Error('always')));
  const layer = layerWith(handle);
  await layer.issue(alice, client);
  await layer.close();
  expect(handle).toHaveBeenCalledTimes(2);
});

it('close waits for handlers that are still running, and for those that they cause', async () => {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  const layer = layerWith(async (event) => {
    if (event.kind !== 'session.issued' && event.kind !== 'session.revoked') return;
    await new Promise<void>((resolve) => waiting.push(resolve));
    sent.push(event.kind);
    if (event.kind === 'session.issued') await layer.revoke(event.sessionId, 'administrator');
  });
  await layer.issue(alice, client);
  let isClosed = false;
  const closing = layer.close().then(() => {
    isClosed = true;
  });
  for (const kind of ['session.issued', 'session.revoked']) {
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    expect(isClosed).toBe(false);
    waiting.shift()?.();
    await vi.waitFor(() => expect(sent).toContain(kind));
  }
  await closing;
  expect(sent).toEqual(['session.issued', 'session.revoked']);
});
