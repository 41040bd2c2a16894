import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, it, vi } from 'vitest';
import { signedInPage } from '../testing/signed-in-page.ts';
import { useReauthentication } from './use-reauthentication.ts';

type Reauthentication = ReturnType<typeof useReauthentication>;

/** Passes on what useReauthentication returns. */
function Asking({
  ask,
  onRender,
}: {
  ask: () => void;
  onRender: (given: Reauthentication) => void;
}) {
  onRender(useReauthentication(ask));
  return null;
}

function reauthenticationOf(ask: () => void): Reauthentication {
  const given: Reauthentication[] = [];
  renderToString(createElement(Asking, { ask, onRender: (one) => given.push(one) }));
  return given[0] ?? expect.unreachable();
}

afterEach(() => void vi.unstubAllGlobals());

it('repeats a mutation after reauthentication only if Latchkey refused it before (E5) it ran', async () => {
  const refusal = (latchkey?: true) => ({
    error: {
      code: -32003,
      message: 'x',
      data: { httpStatus: 403, reason: 'reauthentication_required', latchkey },
    },
  });
  for (const [latchkey, times] of [
    [true, 2],
    [undefined, 1],
  ] as const) {
    const { client } = signedInPage('http://localhost/trpc');
    vi.stubGlobal('fetch', async () => Response.json(refusal(latchkey), { status: 403 }));
    let attempts = 0;
    const reauthentication = reauthenticationOf(() =>
      queueMicrotask(() => reauthentication.answered(attempts === 1)),
    );
    const attempt = () => {
      attempts++;
      return client.mutation('charge');
    };
    await expect(reauthentication.send(attempt)).rejects.toMatchObject({
      data: { reason: 'reauthentication_required' },
    });
    expect(attempts).toBe(times);
  }
});
