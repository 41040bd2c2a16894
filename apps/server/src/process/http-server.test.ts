import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createServer, type HttpServerOptions } from './http-server.ts';

let server: Server;
let sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await new Promise((resolve) => server.close(resolve));
});

async function listen(options: Partial<HttpServerOptions>): Promise<number> {
  server = createServer((_request, response) => response.end('here'), {
    tls: null,
    maxConnections: 8,
    behindProxy: false,
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Opens a connection, sends one request, and tells whether a response arrives. */
function isServed(port: number, localAddress: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    sockets.push(socket);
    socket.once('data', () => resolve(true));
    socket.once('close', () => resolve(false));
    socket.on('error', () => resolve(false));
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });
}

async function served(port: number, addresses: readonly string[]): Promise<number> {
  let count = 0;
  for (const address of addresses) if (await isServed(port, address)) count += 1;
  return count;
}

const addresses = (count: number, address: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => address(n));

it('by default a request has less than ten seconds to arrive', async () => {
  await listen({});
  expect([server.headersTimeout, server.requestTimeout]).toEqual([8_000, 9_000]);
});

describe('limits on connections', () => {
  it('limits one IP address to a quarter of all connections', async () => {
    const port = await listen({});
    expect(
      await served(
        port,
        addresses(5, () => '127.0.0.1'),
      ),
    ).toBe(2);
    expect(await served(port, ['127.0.0.2'])).toBe(1);
  });

  it("closed connections do not count towards an address's limit", async () => {
    const port = await listen({});
    await served(
      port,
      addresses(2, () => '127.0.0.1'),
    );
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => promisify(server.getConnections.bind(server))()).toBe(0);
    expect(
      await served(
        port,
        addresses(3, () => '127.0.0.1'),
      ),
    ).toBe(2);
  });

  it('a trusted proxy may use all connections', async () => {
    const port = await listen({ behindProxy: true });
    expect(
      await served(
        port,
        addresses(10, () => '127.0.0.1'),
      ),
    ).toBe(8);
  });

  it('limits the total number of connections', async () => {
    const port = await listen({});
    expect(
      await served(
        port,
        addresses(12, (n) => `127.0.0.${n + 1}`),
      ),
    ).toBe(8);
  });
});

describe('pipelined requests of one connection (V1)', () => {
  const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

  /** Starts a server that responds on command, and counts concurrent requests. */
  async function listenSlowly() {
    const waiting: (() => void)[] = [];
    let seen = 0;
    server = createServer(
      (_request, response) => {
        seen++;
        waiting.push(() => response.end(String(seen)));
      },
      { tls: null, maxConnections: 8, behindProxy: false },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on(
      'error',
      () => {},
    );
    sockets.push(socket);
    let answers = '';
    socket.on('data', (data) => (answers += data.toString()));
    return {
      socket,
      answerNext: () => waiting.shift()?.(),
      seen: () => seen,
      answers: () => answers.match(/HTTP\/1\.1 200/g)?.length ?? 0,
    };
  }

  it('pipelined requests run one after another, in order', async () => {
    const { socket, answerNext, seen, answers } = await listenSlowly();
    socket.write(request.repeat(3));
    for (let n = 1; n <= 3; n++) {
      await expect.poll(seen).toBe(n);
      await new Promise((resolve) => setImmediate(resolve));
      expect(seen()).toBe(n);
      answerNext();
      await expect.poll(answers).toBe(n);
    }
  });

  it('closes a connection with more than ten waiting requests, and runs none of them', async () => {
    const { socket, answerNext, seen } = await listenSlowly();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(request.repeat(12));
    await closed;
    answerNext();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen()).toBe(1);
  });

  it('keeps an idle connection open for a minute', async () => {
    await listen({});
    expect(server.timeout).toBe(60_000);
  });
});
