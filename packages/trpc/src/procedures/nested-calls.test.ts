import { StoreUnavailableError } from '@latchkey/core';
import { expect, it } from 'vitest';
import { errorApp, told } from '../testing/error-app.ts';

const fixture = errorApp();

it('marks a call with data.latchkey if Latchkey refuses it before its procedure runs', async () => {
  const refused = [401, 'UNAUTHORIZED', 'You are not signed in.', true, 'no_credentials'];
  expect(told(await fixture.browser().request('/trpc/mine'))).toEqual(refused);
  expect(told(await (await fixture.person()).request('/trpc/twoPolicies')).toSpliced(2, 1)).toEqual(
    [403, 'FORBIDDEN', true, 'role_required'],
  );
  const [first, second] = JSON.parse(
    (await fixture.browser().request('/trpc/mine,mine?batch=1')).body,
  );
  expect([first.error.data.latchkey, second.error.data.latchkey]).toEqual([true, true]);
});

it.each([
  ['passes.mine', 401],
  ['passes.rethrown', 401],
  ['passes.unguarded', 401],
  ['facade', 401],
  ['spent', 401],
])(
  'gives a refusal that a procedure passes on from another call neither mark nor reason (E5): %s',
  async (path, status) => {
    expect(told(await fixture.browser().post(`/trpc/${path}`))).toEqual([
      status,
      'UNAUTHORIZED',
      'You are not signed in.',
      undefined,
      undefined,
    ]);
  },
);

it('does not mark the refusal or outage of a nested call with data.latchkey (E5)', async () => {
  const arrived = await fixture.person();
  expect(told(await arrived.post('/trpc/passes.admin'))).toEqual([
    403,
    'FORBIDDEN',
    expect.stringContaining('requires the role Admin'),
    undefined,
    undefined,
  ]);
  fixture.outage = new StoreUnavailableError('a detail');
  const reply = await arrived.post('/trpc/passes.now');
  fixture.outage = null;
  expect(told(reply).toSpliced(2, 1)).toEqual([
    503,
    'SERVICE_UNAVAILABLE',
    undefined,
    'store_unavailable',
  ]);
});
