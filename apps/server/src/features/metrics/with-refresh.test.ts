import type { RefreshOutcome, SessionLayer } from '@latchkey/core';
import { expect, it, vi } from 'vitest';
import { createMetrics } from './metrics.ts';
import { withRefresh } from './with-refresh.ts';

/** A layer as an adopter may write it: its methods are on the prototype and need their `this`. */
class ClassLayer {
  readonly #calls: unknown[][] = [];
  readonly options = {};
  readonly clock = {};
  get calls() {
    return this.#calls;
  }
  note(name: string, parameters: unknown[]) {
    this.#calls.push([name, ...parameters]);
  }
}
const METHODS = [
  'refresh',
  'findKeys',
  'authenticate',
  'reportAmbiguity',
  'recognizes',
  'isTooLateToSet',
  'confirm',
  'reauthenticate',
  'issue',
  'revoke',
  'revokeUserSessions',
  'revokePresentedSessions',
  'start',
  'isFeedUpToDate',
  'watch',
  'csrfToken',
  'isCsrfToken',
  'sessionsOf',
  'sessionOf',
  'flush',
  'close',
] as const satisfies readonly (keyof SessionLayer)[];
for (const name of METHODS)
  Object.defineProperty(ClassLayer.prototype, name, {
    value(this: ClassLayer, ...parameters: unknown[]) {
      this.note(name, parameters);
      return name === 'refresh' ? Promise.resolve({ kind: 'refused' }) : name;
    },
  });

it('keeps every method of a layer that is a class (D5)', async () => {
  const layer = new ClassLayer();
  const refresh = vi.fn(async () => ({ kind: 'refused' }) as RefreshOutcome);
  const wrapped = withRefresh(layer as never, refresh) as never as Record<
    string,
    (...parameters: unknown[]) => unknown
  >;
  for (const name of METHODS) {
    const returned = wrapped[name]?.('first', 'second');
    if (name !== 'refresh') expect(returned).toBe(name);
  }
  expect(layer.calls.map(([name]) => name)).toEqual(METHODS.slice(1));
  expect(refresh).toHaveBeenCalledExactlyOnceWith('first', 'second');
});

it('times the refreshes of a layer that is a class (D5)', async () => {
  const layer = new ClassLayer();
  const metrics = createMetrics();
  await metrics.timed(layer as never).refresh('credentials' as never, 'client' as never);
  expect(layer.calls).toEqual([['refresh', 'credentials', 'client']]);
  expect(await metrics.registry.metrics()).toMatch(/decision="refused"/);
});
