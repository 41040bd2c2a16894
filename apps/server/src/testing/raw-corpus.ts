import { unauthenticRefreshToken } from '@latchkey/test-support';
/**
 * One request as bytes, and its allowed responses; `cut` means that the connection is closed
 * without one.
 */
export interface RawCase {
  readonly title: string;
  readonly bytes: string;
  readonly expected: readonly (number | 'cut')[];
}

const request = (line: string, headers: readonly string[] = ['Host: localhost'], body = '') =>
  [line, ...headers, 'Connection: close', '', body].join('\r\n');
const get = (target: string, ...headers: string[]) =>
  request(`GET ${target} HTTP/1.1`, ['Host: localhost', ...headers]);
const post = (body: string, ...headers: string[]) =>
  request(
    'POST /login HTTP/1.1',
    ['Host: localhost', 'Content-Type: application/json', ...headers],
    body,
  );
const sized = (body: string, ...headers: string[]) =>
  post(body, `Content-Length: ${body.length}`, ...headers);
const chunked = (chunks: string, ...headers: string[]) =>
  post(chunks, 'Transfer-Encoding: chunked', ...headers);
const SMUGGLED = 'GET /admin-only HTTP/1.1\r\nHost: localhost\r\n\r\n';

const table: Record<
  string,
  readonly [readonly (number | 'cut')[], Readonly<Record<string, string>>]
> = {
  smuggling: [
    [400, 'cut'],
    {
      'length and chunks': post('0\r\n\r\n', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
      'chunks and length': post('0\r\n\r\n', 'Transfer-Encoding: chunked', 'Content-Length: 5'),
      'two lengths': post(`{}${SMUGGLED}`, 'Content-Length: 2', 'Content-Length: 60'),
      'the same length twice in one line': post('{}', 'Content-Length: 2, 2'),
      'a negative length': post('{}', 'Content-Length: -2'),
      'a length with a sign': post('{}', 'Content-Length: +2'),
      'a length in hex': post('{}', 'Content-Length: 0x2'),
      'a length with a space in it': post('{}', 'Content-Length: 1 2'),
      'a huge length': post('{}', 'Content-Length: 99999999999999999999'),
      'chunks under another name': post('0\r\n\r\n', 'Transfer-Encoding: xchunked'),
      'chunked is not the last encoding': post('0\r\n\r\n', 'Transfer-Encoding: chunked, identity'),
      'chunks twice': post(
        '0\r\n\r\n',
        'Transfer-Encoding: chunked',
        'Transfer-Encoding: chunked, x',
      ),
      'a space before the colon': post('0\r\n\r\n', 'Transfer-Encoding : chunked'),
      'a folded header': post('0\r\n\r\n', 'Transfer-Encoding:\r\n chunked'),
      'a malformed chunk size': chunked('zz\r\n{}\r\n0\r\n\r\n'),
      'a negative chunk size': chunked('-1\r\n{}\r\n0\r\n\r\n'),
      'a huge chunk size': chunked('fffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
      'a chunk without its end': chunked('2\r\n{}XX0\r\n\r\n'),
      'a bare CR in a header': get('/livez', 'X-A: b\rContent-Length: 5'),
      'a NUL in a header': get('/livez', 'X-A: b\0c'),
      'a header without a colon': get('/livez', 'nonsense'),
      'a header without a name': get('/livez', ': x'),
      'a bracket in a header name': get('/livez', 'X(A): b'),
    },
  ],
  hosts: [
    [400],
    {
      'two hosts': request('GET /dashboard HTTP/1.1', ['Host: localhost', 'Host: evil.example']),
      'two hosts, ours last': request('GET /dashboard HTTP/1.1', [
        'Host: evil.example',
        'Host: localhost',
      ]),
      'no host': request('GET /dashboard HTTP/1.1', []),
      'an empty host': request('GET /dashboard HTTP/1.1', ['Host:']),
      "another's host": request('GET /dashboard HTTP/1.1', ['Host: evil.example']),
      "our host as a part of another's": request('GET /dashboard HTTP/1.1', [
        'Host: localhost.evil.example',
      ]),
      'a host with a user': request('GET /dashboard HTTP/1.1', ['Host: localhost@evil.example']),
      'a host with a path': request('GET /dashboard HTTP/1.1', ['Host: localhost/evil']),
      'a list of hosts': request('GET /dashboard HTTP/1.1', ['Host: localhost, evil.example']),
      'a malformed port': request('GET /dashboard HTTP/1.1', ['Host: localhost:evil']),
      'absolute form': get('http://evil.example/dashboard'),
      'absolute form with our host': get('http://localhost/dashboard'),
      'a target that begins with two slashes': get('//evil.example/dashboard'),
      'HTTP/1.0 without a host': request('GET /dashboard HTTP/1.0', []),
    },
  ],
  'request lines': [
    [400, 405, 'cut'],
    {
      TRACE: request('TRACE /dashboard HTTP/1.1'),
      CONNECT: request('CONNECT localhost:443 HTTP/1.1'),
      PUT: request('PUT /login HTTP/1.1'),
      'a WebDAV method': request('PROPFIND / HTTP/1.1'),
      'an unknown method': request('NONSENSE / HTTP/1.1'),
      'a method in small letters': request('get / HTTP/1.1'),
      'HTTP/2.0': request('GET / HTTP/2.0'),
      'HTTP/0.9': 'GET /\r\n\r\n',
      'HTTP/9.9': request('GET / HTTP/9.9'),
      'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'a TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'a space in the target': request('GET /dash board HTTP/1.1'),
      'nothing but line ends': '\r\n\r\n\r\n\r\nX\r\n\r\n',
      noise: '\x00\xff\x00\xff\r\n\r\n',
    },
  ],
  targets: [
    [400, 401, 404],
    {
      'malformed percent': get('/%'),
      'malformed percent in the API': get('/trpc/%zz'),
      'half an encoding': get('/dashboard%e0%a4%a'),
      'an encoding that is no UTF-8': get('/%ff%fe'),
      'an encoded NUL': get('/trpc/a%00b'),
      'path traversal': get('/assets/../../../etc/passwd'),
      'path traversal, encoded': get('/assets/..%2f..%2f..%2fetc%2fpasswd'),
      'path traversal, encoded twice': get('/assets/%252e%252e%252fetc%252fpasswd'),
      'path traversal with backslashes': get('/assets/..\\..\\etc\\passwd'),
      'a procedure by prototype': get('/trpc/__proto__.toString'),
      'a procedure named constructor': get('/trpc/constructor'),
      'input that is no JSON': get('/trpc/dashboard?input=%7B'),
      'input nested deep behind a quote': get(
        `/trpc/auth.session?a=%22&input=${'%5B'.repeat(3_000)}`,
      ),
      'input nested deep': get(`/trpc/auth.session?input=${'%5B'.repeat(3_000)}`),
    },
  ],
  bodies: [
    [400, 413, 415],
    {
      'no JSON': sized('{'),
      'JSON 100,000 deep': sized('['.repeat(100_000)),
      'objects 33 deep': sized(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`),
      'over 100 kB': sized(`{"a":"${'x'.repeat(102_400)}"}`),
      'over 100 kB in chunks': chunked(`19010\r\n${'x'.repeat(0x19010)}\r\n0\r\n\r\n`),
      'a length of 10 MB': post('{', 'Content-Length: 10485760'),
      'not UTF-8': sized('{"username":"\xff\xfe"}'),
      compressed: sized('{}', 'Content-Encoding: gzip'),
      'an unknown charset': request(
        'POST /login HTTP/1.1',
        [
          'Host: localhost',
          'Content-Type: application/json; charset=nonsense',
          'Content-Length: 2',
        ],
        '{}',
      ),
      'an object that sets its prototype': sized('{"__proto__":{"role":"Admin"}}'),
      'a list': sized('[]'),
      null: sized('null'),
      'a number': sized('7'),
      'no content type': request(
        'POST /login HTTP/1.1',
        ['Host: localhost', 'Content-Length: 2'],
        '{}',
      ),
      'an expectation': sized('{}', 'Expect: nonsense'),
    },
  ],
  headers: [
    [431, 400],
    {
      '20 kB of cookies': get('/dashboard', `Cookie: X-Refresh-Token=${'a'.repeat(20_000)}`),
      'a header of 64 kB': get('/dashboard', `X-A: ${'a'.repeat(65_536)}`),
      '3,000 headers': get('/dashboard', ...Array.from({ length: 3_000 }, (_, n) => `X-${n}: y`)),
      'a target of 20 kB': get(`/${'a'.repeat(20_000)}`),
    },
  ],
};

/** Malformed and hostile requests: none may be answered with 2xx or 5xx. */
export const RAW_CORPUS: readonly RawCase[] = Object.entries(table).flatMap(
  ([chapter, [expected, cases]]) =>
    Object.entries(cases).map(([title, bytes]) => ({
      title: `${chapter}: ${title}`,
      bytes,
      expected: title === 'an expectation' ? [417, 400] : expected,
    })),
);

const session = unauthenticRefreshToken('AQIDBAUGBwgJCgsMDQ4PEA');

/** Malformed Cookie headers: each leaves the caller anonymous. */
export const COOKIE_CORPUS: readonly string[] = [
  'X-Access-Token',
  'X-Access-Token=',
  'X-Access-Token==',
  'X-Access-Token=%',
  'X-Access-Token=%00',
  'X-Access-Token=%E0%A4%A',
  'X-Access-Token="quoted"',
  'X-Access-Token=a.b.c',
  `X-Access-Token=${'a.'.repeat(3_000)}`,
  `X-Refresh-Token=${session}; X-Username=bob`,
  `X-Refresh-Token=${session}${session}; X-Username=bob`,
  'X-Refresh-Token=lk2.; X-Username=bob',
  'X-Refresh-Token=__proto__; X-Username=__proto__',
  'X-Username=bob',
  'X-Username=bob; X-Username=admin',
  `${'X-Refresh-Token=a; '.repeat(500)}X-Username=bob`,
  '; ; ;;=;==; =a',
  '__proto__=x; constructor=y; toString=z',
  'x-access-token=small; X-ACCESS-TOKEN=large',
  `X-Access-Token=${'x'.repeat(8_000)}`,
  'X-Access-Token=a, X-Refresh-Token=b',
  'X-Access-Token=\u00ff\u00fe',
];
