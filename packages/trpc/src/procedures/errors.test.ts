import { TRPCError } from '@trpc/server';
import { expect, it } from 'vitest';
import { errorApp, told, validators } from '../testing/error-app.ts';
import { formatError } from './errors.ts';

const fixture = errorApp();

it.each([
  ['key', 401, 'UNAUTHORIZED', 'The payment provider refused our key.'],
  ['verify', 403, 'FORBIDDEN', 'Verify your e-mail.'],
  ['slug', 409, 'CONFLICT', 'Slug taken.'],
  ['pay', 402, 'PAYMENT_REQUIRED', 'Pay first.'],
  ['precondition', 412, 'PRECONDITION_FAILED', 'Changed meanwhile.'],
  ['words', 400, 'BAD_REQUEST', 'Too short.'],
  ['busy', 503, 'SERVICE_UNAVAILABLE', 'Our printer is off.'],
  ['many', 429, 'TOO_MANY_REQUESTS', 'One a day.'],
  ['broken', 500, 'INTERNAL_SERVER_ERROR', 'Nothing was charged.'],
  ['whileOut', 409, 'CONFLICT', 'Saved elsewhere.'],
])(
  "keeps code, status and message of an app's own error, without a reason (E2): %s",
  async (name, status, code, message) => {
    const reply = await fixture.browser().post(`/trpc/throws.${name}`);
    expect(told(reply)).toEqual([status, code, message, undefined, undefined]);
    expect(reply.headers.get('retry-after')).toBeNull();
    const rest = await fixture.browser().request(`/rest/${name}`);
    expect([rest.status, JSON.parse(rest.body)]).toEqual([status, { message }]);
  },
);

it('keeps the reason of a refusal that the app throws, without data.latchkey', async () => {
  expect(told(await fixture.browser().post('/trpc/throws.reasoned'))).toEqual([
    409,
    'CONFLICT',
    'A reason of the app’s.',
    undefined,
    'conflict',
  ]);
});

it.each(['bug', 'wrapped', 'text', 'nothing'])('masks an unexpected error: %s', async (name) => {
  const masked = [
    500,
    'INTERNAL_SERVER_ERROR',
    'Something went wrong on our side.',
    undefined,
    'internal',
  ];
  expect(told(await fixture.browser().post(`/trpc/throws.${name}`))).toEqual(masked);
});

it.each(['throws.out', 'plain'])(
  'answers an outage inside a procedure with 503 and Retry-After, without data.latchkey: %s',
  async (path) => {
    const reply =
      path === 'plain'
        ? await fixture.browser().request('/trpc/plain')
        : await fixture.browser().post(`/trpc/${path}`);
    expect(told(reply).toSpliced(2, 1)).toEqual([
      503,
      'SERVICE_UNAVAILABLE',
      undefined,
      'store_unavailable',
    ]);
    expect(reply.headers.get('retry-after')).toBe('3');
  },
);

it.each(Object.entries(validators))(
  'answers wrong input with 400 and names the field, whatever the validator (E2): %s',
  async (name, [, message]) => {
    const reply = await fixture
      .browser()
      .request(`/trpc/input.${name}?input=${encodeURIComponent('{"n":"x"}')}`);
    expect(told(reply)).toEqual([400, 'BAD_REQUEST', message, undefined, 'invalid_input']);
  },
);

it('keeps the data that an app adds to its errors', () => {
  const error = new TRPCError({ code: 'BAD_REQUEST', message: 'no' });
  const data = {
    code: 'BAD_REQUEST' as const,
    httpStatus: 422,
    fieldErrors: { n: ['wrong'] },
    reason: 'mine',
  };
  expect(formatError({ shape: { code: -32600, message: 'Nein', data }, error }).data).toEqual(data);
});
