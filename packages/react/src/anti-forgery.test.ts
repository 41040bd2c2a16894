import { describe, expect, it } from 'vitest';
import { withAntiForgeryToken } from './anti-forgery.ts';

const HEADER = 'X-CSRF-Token';

/** A server that wants the token it handed out last. */
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
  return { sent, fetch: withAntiForgeryToken(send) };
}

describe('a call that needs an anti-forgery token', () => {
  it('is sent again with the one that came with the refusal', async () => {
    const { sent, fetch } = server();
    expect(await (await fetch('/x', { method: 'POST' })).text()).toBe('done');
    await fetch('/x', { method: 'POST' });
    expect(sent).toEqual([null, 'a', 'a']);
  });

  it('is sent three times at most', async () => {
    const { sent, fetch } = server({ wants: 'never' });
    expect((await fetch('/x', { method: 'POST' })).status).toBe(403);
    expect(sent).toEqual([null, 'a', 'a']);
  });

  it('survives a sign-in in another tab', async () => {
    const { sent, fetch } = server({ wants: 'b', hands: ['a', 'b'] });
    expect((await fetch('/x', { method: 'POST' })).status).toBe(200);
    expect(sent).toEqual([null, 'a', 'b']);
  });

  it.each([
    { error: { message: 'x', data: { reason: 'csrf_token', latchkey: true } } },
    [{ error: { message: 'x', data: { reason: 'csrf_token', latchkey: true } } }],
  ])('is sent again, too, when tRPC’s shape says so (E4): %j', async (body) => {
    const { sent, fetch } = server({ body });
    expect((await fetch('/x', { method: 'POST' })).status).toBe(200);
    expect(sent).toEqual([null, 'a']);
  });

  it.each([{ reason: 'role_required' }, [{ error: { data: { reason: 'csrf_token' } } }]])(
    'is not sent again for another refusal: %j',
    async (body) => {
      const { sent, fetch } = server({ wants: 'never', body });
      expect(await (await fetch('/x', { method: 'POST' })).json()).toEqual(body);
      expect(sent).toEqual([null]);
    },
  );
});
