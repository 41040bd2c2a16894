import { type Forgery, type ForgingGround, segment, signed, withTwin } from './forger.ts';

const NONE = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\0', 'n\u00f6ne', ''];

/**
 * Returns tokens with other headers over the server's payload, validly signed (RFC 8725, 3.1, 3.9
 * to 3.11).
 */
export function forgedHeaders({ key, header, claims, lure, foreign }: ForgingGround): Forgery[] {
  const of = (title: string, forged: unknown): Forgery => ({
    title,
    token: signed(forged, claims, key),
  });
  const { alg: _alg, ...withoutAlg } = header;
  const { typ: _typ, ...withoutTyp } = header;
  const { kid: _kid, ...withoutKid } = header;
  const publicJwk =
    foreign.algorithm === 'HS256'
      ? { kty: 'oct', k: segment('k'.repeat(32)) }
      : foreign.verifyKey.export({ format: 'jwk' });

  return [
    ...NONE.flatMap((alg) => [
      of(`alg ${JSON.stringify(alg)}, signed`, { ...header, alg }),
      {
        title: `alg ${JSON.stringify(alg)}, not signed`,
        token: `${segment({ ...header, alg })}.${segment(claims)}.`,
      },
      {
        title: `alg ${JSON.stringify(alg)}, two parts`,
        token: `${segment({ ...header, alg })}.${segment(claims)}`,
      },
    ]),
    ...[
      header.alg.toLowerCase(),
      `${header.alg} `,
      'HS384',
      'HS512',
      'RS512',
      'PS256',
      'ES384',
      'ES256K',
      'EdDSA',
      'HS1',
      'dir',
      'A128KW',
    ].map((alg) => of(`alg ${JSON.stringify(alg)}`, { ...header, alg })),
    ...[null, 0, true, [header.alg], { alg: header.alg }].map((alg) =>
      of(`alg ${JSON.stringify(alg)}`, { ...header, alg }),
    ),
    of('no alg', withoutAlg),

    ...[
      'JWT',
      'jwt',
      'AT+JWT',
      'At+Jwt',
      'application/at+jwt',
      'at+jwt ',
      'at-jwt',
      'id+jwt',
      'logout+jwt',
      'dpop+jwt',
      '',
      null,
      ['at+jwt'],
      1,
    ].map((typ) => of(`typ ${JSON.stringify(typ)}`, { ...header, typ })),
    of('no typ', withoutTyp),

    ...[
      '../../dev/null',
      '/dev/null',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '',
      ' ',
      "' or 1=1 --",
      '| id',
      '$(id)',
      'removed-key',
    ].map((kid) => of(`kid ${JSON.stringify(kid)}`, { ...header, kid })),
    ...[null, 0, -1, true, [header.kid], { kid: header.kid }, {}].map((kid) =>
      of(`kid ${JSON.stringify(kid)}`, { ...header, kid }),
    ),
    ...[
      `${header.kid}\0`,
      `\0${header.kid}`,
      `${header.kid} `,
      header.kid.toUpperCase(),
      `${header.kid}/../${header.kid}`,
      'x'.repeat(900),
    ].map((kid) => of(`kid ${JSON.stringify(kid).slice(0, 40)}`, { ...header, kid })),
    of('no kid', withoutKid),

    ...['jku', 'x5u', 'iss', 'url'].map((name) =>
      of(`${name} with a place to find keys`, { ...header, [name]: lure }),
    ),
    {
      title: 'jku and the key that is there',
      token: signed({ ...header, jku: lure }, claims, foreign),
    },
    {
      title: 'x5u and the key that is there',
      token: signed({ ...header, x5u: lure }, claims, foreign),
    },
    {
      title: 'jwk, signed with the key inside',
      token: signed({ ...header, jwk: publicJwk }, claims, foreign),
    },
    {
      title: 'jwk in place of kid',
      token: signed({ ...withoutKid, jwk: publicJwk }, claims, foreign),
    },
    of('x5c', { ...header, x5c: ['MIIB'] }),
    of('x5t', { ...header, 'x5t#S256': 'AAAA' }),

    of('crit with what is known', { ...header, crit: ['exp'] }),
    of('crit with what is not', {
      ...header,
      crit: ['http://example.invalid/'],
      'http://example.invalid/': true,
    }),
    of('crit empty', { ...header, crit: [] }),
    of('b64 false', { ...header, b64: false, crit: ['b64'] }),
    of('b64 true', { ...header, b64: true }),
    {
      title: 'b64 false, the payload as it is',
      token: unencoded({ ...header, b64: false, crit: ['b64'] }, claims),
    },
    of('zip', { ...header, zip: 'DEF' }),
    of('cty', { ...header, cty: 'JWT' }),
    of('a member more', { ...header, x: 1 }),

    ...(['alg', 'typ', 'kid'] as const).flatMap((name) => {
      const [before, after] = withTwin(header, name, name === 'alg' ? 'none' : header[name]);
      return [
        of(`${name} twice, the other first`, before),
        of(`${name} twice, the other last`, after),
      ];
    }),
    of('an escape where none is needed', JSON.stringify(header).replace('at+jwt', 'at\\u002bjwt')),
    of('spaces', JSON.stringify(header, null, 1)),
    of('a byte order mark', `\ufeff${JSON.stringify(header)}`),
    of('a line after it', `${JSON.stringify(header)}\n`),
    of('__proto__ for the rest', `{"__proto__":${JSON.stringify(header)}}`),
    ...[[header], null, 1, 'text', '{', '', Buffer.from([0xff, 0xfe, 0x00])].map((forged, index) =>
      of(`no object (${index})`, forged),
    ),
  ];

  function unencoded(forged: unknown, payload: unknown): string {
    const [head, , signature] = signed(forged, payload, key).split('.');
    return `${head}.${JSON.stringify(payload)}.${signature}`;
  }
}
