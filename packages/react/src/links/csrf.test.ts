import { describe, expect, it } from 'vitest';
import { withCsrfToken } from './csrf.ts';

const HEADER = 'X-CSRF-Token';

/** Creates a server that requires the CSRF token that it issued last. */
function server({ wants = 'a', hands = ['a'], body = { reason: 'csrf_token' } as object } = {}) {
  const sent: (string | null)[] = [];
  const send = async (_url: RequestInfo | URL, init: RequestInit = {}) => {
    const token = new Headers(init.headers).get(HEADER);
    sent.push(token);
    const headers = { [HEADER]: hands[Math.min(sent.length, hands.length) - 1] ?? '' };
    return token === wants
      ? new Response('done', { headers })
      : new Response(JSON.stringify(body), { status: 403, headers });
  };
  return { sent, fetch: withCsrfToken(send) };
}

describe('a request that needs a CSRF token', () => {
  it('sends a request again with the CSRF token from its refusal', async () => {
    const { sent, fetch } = server();
    expect(await (await fetch('/x', { method: 'POST' })).text()).toBe('done');
    await fetch('/x', { method: 'POST' });
    expect(sent).toEqual([null, 'a', 'a']);
  });

  it('sends a request that needs a CSRF token at most three times', async () => {
    const { sent, fetch } = server({ wants: 'never' });
    expect((await fetch('/x', { method: 'POST' })).status).toBe(403);
    expect(sent).toEqual([null, 'a', 'a']);
  });

  it('finds the new CSRF token after a sign-in in another tab', async () => {
    const { sent, fetch } = server({ wants: 'b', hands: ['a', 'b'] });
    expect((await fetch('/x', { method: 'POST' })).status).toBe(200);
    expect(sent).toEqual([null, 'a', 'b']);
  });

  it.each([
    { error: { message: 'x', data: { reason: 'csrf_token', latchkey: true } } },
    [{ error: { message: 'x', data: { reason: 'csrf_token', latchkey: true } } }],
  ])(
    'sends a request again after a refusal for its CSRF token in the shape of tRPC: %j',
    async (body) => {
      const { sent, fetch } = server({ body });
      expect((await fetch('/x', { method: 'POST' })).status).toBe(200);
      expect(sent).toEqual([null, 'a']);
    },
  );

  it.each([{ reason: 'role_required' }, [{ error: { data: { reason: 'csrf_token' } } }]])(
    'does not send a request again after another refusal: %j',
    async (body) => {
      const { sent, fetch } = server({ wants: 'never', body });
      expect(await (await fetch('/x', { method: 'POST' })).json()).toEqual(body);
      expect(sent).toEqual([null]);
    },
  );
});
