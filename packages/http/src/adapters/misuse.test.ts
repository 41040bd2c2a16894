import { createSessionLayer, deriveKeyRing, memorySessionStore, systemClock } from '@latchkey/core';
import { expect, it, vi } from 'vitest';
import { sessionOf } from './middleware.ts';
import { latchkey } from './node-middleware.ts';

const layer = createSessionLayer({
  ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
  store: memorySessionStore(),
  users: { findUser: async () => null },
  clock: systemClock,
});

it('latchkey refuses a misspelt option by its name, when it is created', () => {
  const options = { layer, allowedOrigin: ['https://app.example.com'] };
  expect(() => latchkey(options)).toThrow(
    'allowedOrigin = "object": is not an option: check its spelling, or leave it out',
  );
});

it('sessionOf names the missing middleware, and warns once, because the error may be masked', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
  for (let request = 0; request < 2; request++)
    expect(() => sessionOf({})).toThrow('This request did not pass latchkey()');
  expect(warn.mock.calls).toEqual([[expect.stringContaining('Mount latchkey({ layer })')]]);
});
