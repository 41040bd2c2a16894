import { describe, expect, it } from 'vitest';
import { withCsrfToken } from './csrf.ts';

const HEADER = 'X-CSRF-Token';

/** A server that requires the token that it issued last. */
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
  it('is sent again with the token from the refusal', async () => {
    const { sent, fetch } = server();
    expect(await (await fetch('/x', { method: 'POST' })).text()).toBe('done');
    await fetch('/x', { method: 'POST' });
    expect(sent).toEqual([null, 'a', 'a']);
  });

  it('is sent at most three times', async () => {
    const { sent, fetch } = server({ wants: 'never' });
    expect((await fetch('/x', { method: 'POST' })).status).toBe(403);
    expect(sent).toEqual([null, 'a', 'a']);
  });

  it('succeeds after a sign-in in another tab', async () => {
    const { sent, fetch } = server({ wants: 'b', hands: ['a', 'b'] });
    expect((await fetch('/x', { method: 'POST' })).status).toBe(200);
    expect(sent).toEqual([null, 'a', 'b']);
  });

  it.each([
    { error: { message: 'x', data: { reason: 'csrf_token', latchkey: true } } },
    [{ error: { message: 'x', data: { reason: 'csrf_token', latchkey: true } } }],
  ])('is sent again after a refusal in the shape of tRPC (E4): %j', async (body) => {
    const { sent, fetch } = server({ body });
    expect((await fetch('/x', { method: 'POST' })).status).toBe(200);
    expect(sent).toEqual([null, 'a']);
  });

  it.each([{ reason: 'role_required' }, [{ error: { data: { reason: 'csrf_token' } } }]])(
    'is not sent again after another refusal: %j',
    async (body) => {
      const { sent, fetch } = server({ wants: 'never', body });
      expect(await (await fetch('/x', { method: 'POST' })).json()).toEqual(body);
      expect(sent).toEqual([null]);
    },
  );
});
