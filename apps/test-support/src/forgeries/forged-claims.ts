import { type Forgery, type ForgingGround, signed, withRaw, withTwin } from './forger.ts';

const NUMBERS_OF_ANOTHER_KIND = [
  '"1"',
  'null',
  'true',
  '[1]',
  '{}',
  '-1',
  '-0',
  '1e400',
  '-1e400',
  '1e300',
  '1.00000000001',
  '9007199254740993',
];
const NO_TEXT = [null, 0, true, [], {}, '', ['latchkey'], 'x'.repeat(257)];

/**
 * Returns payloads that the server never signs, under a valid signature (a shared or leaked key).
 */
export function forgedClaims(
  { key, header, claims }: ForgingGround,
  idleSeconds: number,
): Forgery[] {
  const of = (title: string, payload: unknown): Forgery => ({
    title,
    token: signed(header, payload, key),
  });
  const change = (title: string, changed: Record<string, unknown>) =>
    of(title, { ...claims, ...changed });

  return [
    ...Object.keys(claims).map((name) => change(`no ${name}`, { [name]: undefined })),
    ...(['iss', 'aud', 'sub', 'name', 'role'] as const).flatMap((name) =>
      NO_TEXT.map((value) => change(`${name} ${shown(value)}`, { [name]: value })),
    ),
    ...['other', 'LATCHKEY', 'latchkey ', 'https://latchkey'].flatMap((value) => [
      change(`iss ${value}`, { iss: value }),
      change(`aud ${value}`, { aud: value }),
    ]),
    change('aud with ours among others', { aud: ['other', 'latchkey'] }),
    ...[
      null,
      1,
      [],
      {},
      '',
      'AAAA',
      'A'.repeat(23),
      '!'.repeat(22),
      `${claims.sid}\n`,
      [claims.sid],
      'B'.repeat(2),
    ].map((sid) => change(`sid ${shown(sid)}`, { sid })),
    ...(['gen', 'ver'] as const).flatMap((name) => [
      ...NUMBERS_OF_ANOTHER_KIND.map((raw) => of(`${name} ${raw}`, withRaw(claims, name, raw))),
      change(`${name} 1.5`, { [name]: 1.5 }),
      change(`${name} 2^32`, { [name]: 2 ** 32 }),
    ]),
    ...(['iat', 'exp'] as const).flatMap((name) => [
      ...NUMBERS_OF_ANOTHER_KIND.map((raw) => of(`${name} ${raw}`, withRaw(claims, name, raw))),
      change(`${name} 0`, { [name]: 0 }),
      change(`${name} finer than a millisecond`, { [name]: claims[name] + 0.0001 }),
      change(`${name} in milliseconds`, { [name]: claims[name] * 1000 }),
      of(`${name} with a spare zero`, withRaw(claims, name, `${claims[name]}.0`)),
      of(`${name} in another notation`, withRaw(claims, name, `${claims[name] / 10}e1`)),
    ]),
    change('exp at iat', { exp: claims.iat }),
    change('iat after exp', { iat: claims.exp + 1 }),
    change('iat in the future', { iat: claims.iat + 3600, exp: claims.exp + 3600 }),
    change('a lifetime beyond any of ours', { exp: claims.iat + idleSeconds + 1 }),

    ...['admin', 'nbf', 'jti', 'scope', 'cnf', '__proto__x', 'constructor'].map((name) =>
      change(`${name} besides`, { [name]: 1 }),
    ),
    of('__proto__ besides', JSON.stringify(claims).replace('{', '{"__proto__":{"role":"Admin"},')),
    ...Object.entries(claims).flatMap(([name, value]) => {
      const [before, after] = withTwin(claims, name, name === 'role' ? 'Admin' : value);
      return [
        of(`${name} twice, the other first`, before),
        of(`${name} twice, the other last`, after),
      ];
    }),
    of('spaces', JSON.stringify(claims, null, 1)),
    of('an escape where none is needed', JSON.stringify(claims).replace('"sub"', '"\\u0073ub"')),
    of('a lone surrogate', withRaw(claims, 'name', '"\\ud800"')),
    of(
      'bytes that are no UTF-8',
      Buffer.concat([
        Buffer.from(JSON.stringify(claims).slice(0, -2)),
        Buffer.from([0xff, 0x22, 0x7d]),
      ]),
    ),

    ...[[claims], null, 1, true, '"claims"', '{', '', '{}', '[]'].map((payload, index) =>
      of(`no claims (${index})`, payload),
    ),
    ...[500, 4_000, 10_000].map((depth) =>
      of(`arrays ${depth} deep`, `${'['.repeat(depth)}${']'.repeat(depth)}`),
    ),
    of('objects 300 deep', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`),
    change('arrays in a claim', { role: JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) }),
    change('more than 4 KB', { name: 'x'.repeat(4096) }),
    change('more than 2 KB in all', {
      sub: 'x'.repeat(250),
      name: 'é'.repeat(250),
      role: '💥'.repeat(100),
      extra: 'x'.repeat(600),
    }),
  ];
}

const shown = (value: unknown) => JSON.stringify(value).slice(0, 30);
