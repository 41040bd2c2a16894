import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { NodeExchange } from '../adapters/node-exchange.ts';
import { hasAcceptableContentType } from './content-type.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Starts a server that answers `refused`, or the body as a later step reads it. */
async function listen(beforeReading: () => Promise<void> = async () => {}): Promise<number> {
  server = createServer(async (request, response) => {
    if (!(await hasAcceptableContentType(new NodeExchange(request, response))))
      return void response.writeHead(415, { 'content-length': 7 }).end('refused');
    await beforeReading();
    const read = JSON.stringify([request.headers['content-type'], await bodyOf(request)]);
    response.setHeader('content-length', read.length).end(read);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

/** Reads a body as tRPC's adapter does: by events, unless something has read it before. */
function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  if ('body' in request) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => resolve(text));
  });
}

/**
 * Sends the parts of a request one by one, each once the one before has arrived. Resolves with the
 * status and the text of the answer.
 */
function send(port: number, head: string, ...parts: string[]): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () =>
      resolve([Number(answer.slice(9, 12)), answer.split('\r\n\r\n')[1] ?? '']),
    );
    socket.on('error', reject);
    const write = ([part, ...rest]: string[]) =>
      part !== undefined && socket.write(part, () => setImmediate(write, rest));
    write([`POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${head}\r\n`, ...parts]);
  });
}

const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const FORM_TYPE = 'Content-Type: application/x-www-form-urlencoded\r\n';
/** What a later step reads of an empty body: it does not wait for a stream that has ended. */
const EMPTY = JSON.stringify([null, null]);

describe('hasAcceptableContentType judges a body by its bytes, not by its framing (G4)', () => {
  it.each([
    ['no framing', '', [], '[null,""]'],
    ['Content-Length: 0', 'Content-Length: 0\r\n', [], '[null,""]'],
    ['an empty chunked body in one piece', CHUNKED, ['0\r\n\r\n'], EMPTY],
    ['an empty chunked body in two pieces', CHUNKED, ['0\r\n', '\r\n'], EMPTY],
    ['an empty chunked body with a trailer', CHUNKED, ['0\r\nA: b\r\n\r\n'], EMPTY],
    ['a JSON body', `${JSON_TYPE}Content-Length: 2\r\n`, ['{}'], '["application/json","{}"]'],
    [
      'a chunked JSON body',
      JSON_TYPE + CHUNKED,
      ['1\r\n{\r\n', '1\r\n}\r\n', '0\r\n\r\n'],
      '["application/json","{}"]',
    ],
    ['an empty chunked JSON body', JSON_TYPE + CHUNKED, ['0\r\n\r\n'], '["application/json",""]'],
  ])('hasAcceptableContentType accepts %s', async (_name, head, parts, body) => {
    expect(await send(await listen(), head, ...parts)).toEqual([200, body]);
  });

  it.each([
    ['a body without a type', 'Content-Length: 2\r\n', ['{}']],
    ['a chunked body without a type', CHUNKED, ['2\r\n{}\r\n0\r\n\r\n']],
    ['a chunked body without a type, whose first byte comes late', CHUNKED, ['1', '\r\n', '{\r\n']],
    ['a form', `${FORM_TYPE}Content-Length: 3\r\n`, ['a=b']],
    ['a chunked form', FORM_TYPE + CHUNKED, ['3\r\na=b\r\n0\r\n\r\n']],
    ['a form without fields', `${FORM_TYPE}Content-Length: 0\r\n`, []],
    ['an empty content type', 'Content-Type:\r\nContent-Length: 0\r\n', []],
  ])('hasAcceptableContentType refuses %s before anything reads it', async (_name, head, parts) => {
    expect(await send(await listen(), head, ...parts)).toEqual([415, 'refused']);
  });

  it('leaves an empty chunked body readable for handlers that read it later', async () => {
    const port = await listen(
      () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
    );
    expect(await send(port, CHUNKED, '0\r\n\r\n')).toEqual([200, EMPTY]);
  });
});
