import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

type Headers = Record<string, string | string[] | undefined>;

/** How a test proxy misbehaves. */
export interface Misbehaviour {
  /** Changes the headers of requests to the server. */
  readonly onRequest?: (headers: IncomingHttpHeaders) => Headers;
  /** Changes the headers of the server's answers. */
  readonly onAnswer?: (headers: Headers, request: IncomingMessage) => Headers;
  /** Answers a request in the server's place; returns false to forward it. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly buffers?: boolean;
  readonly blocksUpgrades?: boolean;
}

/**
 * Starts a reverse proxy in front of a server; without faults it works correctly.
 */
export async function startProxy(
  target: string,
  { onRequest, onAnswer, instead, buffers = false, blocksUpgrades = false }: Misbehaviour = {},
) {
  const { hostname, port } = new URL(target);
  const headersFor = (incoming: IncomingMessage): Headers => {
    const given = incoming.headers['x-forwarded-for'];
    const forwarded = {
      ...incoming.headers,
      'x-forwarded-for': [given, '127.0.0.1'].filter(Boolean).join(', '),
    };
    return onRequest?.(forwarded) ?? forwarded;
  };

  const server = createServer((incoming, outgoing) => {
    if (instead?.(incoming, outgoing)) return;
    const upstream = request(
      {
        hostname,
        port,
        path: incoming.url,
        method: incoming.method,
        headers: headersFor(incoming),
      },
      (answer) => {
        outgoing.writeHead(
          answer.statusCode ?? 502,
          onAnswer?.({ ...answer.headers }, incoming) ?? answer.headers,
        );
        if (buffers)
          answer.toArray().then(
            (parts) => outgoing.end(Buffer.concat(parts)),
            () => outgoing.destroy(),
          );
        else answer.pipe(outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket) => {
    if (blocksUpgrades) return socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    const upstream = request({
      hostname,
      port,
      path: incoming.url,
      headers: headersFor(incoming) as Record<string, string>,
    });
    upstream.on('upgrade', (answer, far) => {
      const lines = Object.entries(answer.headers).flatMap(([name, value]) =>
        [value].flat().map((one) => `${name}: ${one}`),
      );
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      far.pipe(socket).pipe(far);
      for (const [one, other] of [
        [far, socket],
        [socket, far],
      ] as const)
        one.on('error', () => other.destroy());
    });
    upstream.on('response', (answer) =>
      socket.end(`HTTP/1.1 ${answer.statusCode} Refused\r\nConnection: close\r\n\r\n`),
    );
    upstream.on('error', () => socket.destroy());
    upstream.end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
