import { createRouter } from '@latchkey/server/router';
import { startApp } from '@latchkey/server/testing';
import fc from 'fast-check';
import type { FuzzTarget } from './fuzz.ts';
import type { Victim } from './victim.ts';

const MAX_RESPONSE = 256 * 1024;
/** Procedures that are not fuzzed, because they would end the attacker's own session. */
const ENDING = ['auth.logout', 'auth.refresh'];

/**
 * Starts the whole app over HTTP, with a victim who is an administrator, and an attacker who is
 * anonymous or an ordinary user.
 */
export async function startTrpcTarget(): Promise<{
  target: FuzzTarget;
  victim: Victim;
  close(): Promise<void>;
}> {
  const app = await startApp();
  const names = Object.keys(
    createRouter({ ...app, signUpOpen: true, reauthenticationSeconds: 600 })._def.procedures,
  ).filter((name) => !ENDING.includes(name));
  const [admin, bob] = await Promise.all(
    ['admin', 'bob'].map(async (username) => {
      const browser = app.browser();
      await browser.post('/login', { username, password: 'password' });
      return browser;
    }),
  );
  const bobs = [...(bob?.cookies() ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');

  const attempt = fc.record({
    paths: fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...names) },
        { weight: 1, arbitrary: oddName },
      ),
      { minLength: 1, maxLength: 12 },
    ),
    method: fc.constantFrom('GET', 'POST'),
    batch: fc.constantFrom('', 'batch=1', 'batch=0', 'batch[]=1', 'batch=1&batch=1'),
    body: fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .dictionary(fc.nat(12).map(String), input, { maxKeys: 4 })
          .map((inputs) => JSON.stringify(inputs)),
      },
      { weight: 4, arbitrary: input.map((value) => JSON.stringify(value) ?? '') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '{"__proto__":{"polluted":1}}',
          '{"0":{"__proto__":{"polluted":1}}}',
          '[',
          '',
          '[[[[',
          `${'['.repeat(5000)}`,
        ),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
    ),
    signedIn: fc.boolean(),
    headers: fc.dictionary(
      fc.constantFrom(
        'content-type',
        'trpc-accept',
        'x-trpc-source',
        'last-event-id',
        'cookie',
        'accept',
        'authorization',
      ),
      headerValue,
      {
        maxKeys: 3,
      },
    ),
  });

  const target: FuzzTarget = {
    name: 'tRPC over HTTP',
    property: () =>
      fc.asyncProperty(attempt, async ({ paths, method, batch, body, signedIn, headers }) => {
        const url = new URL(
          `/trpc/${paths.map(encodeURIComponent).join(',')}?${batch}`,
          app.origin,
        );
        if (method === 'GET') url.searchParams.set('input', body);
        const init = {
          method,
          headers: {
            'content-type': 'application/json',
            ...headers,
            ...(signedIn && { cookie: bobs }),
          },
        };
        const reply = await fetch(url, method === 'GET' ? init : { ...init, body });
        const answer = await reply.text();
        if (reply.status >= 500 || /"httpStatus":5\d\d/.test(answer))
          throw new Error(`${reply.status} ${answer.slice(0, 500)}`);
        if (answer.length > MAX_RESPONSE)
          throw new Error(`an answer of ${answer.length} characters`);
        if (/ at .*\.ts:\d+/.test(answer))
          throw new Error(`a stack trace: ${answer.slice(0, 500)}`);
        if ('polluted' in {}) throw new Error('a prototype was changed');
      }),
  };
  return {
    target,
    victim: { isSignedIn: async () => (await admin?.request('/admin-only'))?.status === 200 },
    close: app.close,
  };
}

const oddName = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'auth',
    'auth.__proto__',
    'auth.login.toString',
    '',
    '.',
    '..',
    'dashboard.x',
    'hasOwnProperty.call',
  ),
  fc.string({ maxLength: 12 }).filter((name) => name.isWellFormed()),
);
const leaf = fc.oneof(
  fc.constantFrom(
    'admin',
    'bob',
    'password',
    '',
    '\0',
    '\u202e',
    '%00',
    "' or 1=1 --",
    '💥',
    -1,
    0,
    1,
    1e308,
    1.5,
    2 ** 53,
    null,
    true,
  ),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.double(),
);
const key = fc.oneof(
  fc.constantFrom(
    'username',
    'password',
    'currentPassword',
    'newPassword',
    'userId',
    'sessionId',
    'role',
    'search',
    'after',
    'before',
    'limit',
    'cursor',
    'kind',
  ),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'length', 'then', 'json'),
  fc.string({ maxLength: 6 }),
);
const input = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const headerValue = fc.oneof(
  fc.constantFrom(
    'application/json',
    'text/plain',
    'application/jsonl',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'text/event-stream',
    '*/*',
  ),
  fc.constantFrom(
    'Bearer a.b.c',
    'X-Access-Token=a.b.c; X-Refresh-Token=lk2.x; X-Username=admin',
    'X-Username=%00',
    'Basic eA==',
  ),
  fc.string({ maxLength: 20 }).filter((value) => /^[\x20-\x7e]*$/.test(value)),
);
