import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { addressKey, parseClientAddress } from '@latchkey/http';

export interface HttpServerOptions {
  /** Certificate and key as PEM; `null` for plain HTTP. */
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | null;
  /** Maximum number of open TCP connections. */
  readonly maxConnections: number;
  /** Whether connections come from proxies: one IP address may then hold all of them. */
  readonly behindProxy: boolean;
  /** Timeouts of incoming requests, by default `REQUEST_TIMES`. */
  readonly times?: RequestTimes;
}

/**
 * Milliseconds that a request may take to arrive. Node's HTTP server measures them by the machine's
 * clock.
 */
export type RequestTimes = Readonly<
  Required<Pick<ServerOptions, 'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval'>>
>;

/**
 * Default timeouts, which end a slow request within ten seconds: its headers may take eight, all of
 * it nine.
 */
export const REQUEST_TIMES: RequestTimes = {
  headersTimeout: 8_000,
  requestTimeout: 9_000,
  connectionsCheckingInterval: 500,
};

const LIMITS: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  /**
   * The Host header is checked by `requireAllowedHost`, which answers with the app's own JSON
   * error.
   */
  requireHostHeader: false,
};
/**
 * Milliseconds that an idle connection is kept. Behind a proxy, this is longer than the proxy's own
 * timeout, so that the proxy closes first and never sends a request over a closing connection.
 */
const KEEP_ALIVE_MS = { behindProxy: 75_000, otherwise: 10_000 };
const SHARE_PER_ADDRESS = 0.25;
/**
 * Milliseconds without traffic after which a connection with an unfinished response is closed.
 * Streams are pinged more often.
 */
const STALLED_MS = 60_000;
/**
 * Maximum number of pipelined requests that wait on one connection. Browsers and proxies do not
 * pipeline.
 */
const MAX_PIPELINED = 10;

/**
 * Creates the HTTP server with limits on request sizes, times and connections (ASVS 4.2.1, 4.2.4,
 * 15.2.2). Bytes that are not HTTP are answered with an error, and the connection is closed.
 */
export function createServer(
  listener: RequestListener,
  { tls, maxConnections, behindProxy, times = REQUEST_TIMES }: HttpServerOptions,
): Server {
  const options = {
    ...LIMITS,
    ...times,
    keepAliveTimeout: behindProxy ? KEEP_ALIVE_MS.behindProxy : KEEP_ALIVE_MS.otherwise,
  };
  const inTurn = serializePipelined(listener);
  const server = tls
    ? createHttpsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, inTurn)
    : createHttpServer(options, inTurn);
  server.timeout = STALLED_MS;
  server.maxConnections = maxConnections;
  if (!behindProxy)
    shareConnections(server, Math.max(1, Math.floor(maxConnections * SHARE_PER_ADDRESS)));
  server.on('clientError', onClientError);
  server.on('connect', (_request, socket) => answer(socket, 405));
  server.on('checkExpectation', ({ socket }) => answer(socket, 417));
  return server;
}

/**
 * Runs the pipelined requests of a connection one after another: otherwise one packet could start
 * hundreds at once.
 */
function serializePipelined(listener: RequestListener): RequestListener {
  const lines = new WeakMap<Socket, { last: ServerResponse; waiting: number }>();
  return (request, response) => {
    const { socket } = request;
    const line = lines.get(socket);
    const before = line?.last;
    if (!line || !before || before.writableFinished) {
      lines.set(socket, { last: response, waiting: 0 });
      return listener(request, response);
    }
    if (line.waiting >= MAX_PIPELINED) return void socket.destroy();
    line.waiting++;
    line.last = response;
    before.once('close', () => {
      line.waiting--;
      if (!socket.destroyed) listener(request, response);
    });
  };
}

/** Limits the connections of one IP address, or of one IPv6 network, to a share of the maximum. */
function shareConnections(server: Server, share: number): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = addressKey(parseClientAddress(socket.remoteAddress));
    const count = (open.get(address) ?? 0) + 1;
    if (count > share) return void socket.destroy();
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const REASON_OF: Readonly<Record<number, string>> = {
  405: 'method_not_allowed',
  413: 'body_too_large',
};

/** The security headers of a response that is written to the socket directly, without Express. */
const SECURITY_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET') return void socket.destroy();
  answer(socket, STATUS_OF[error.code ?? ''] ?? 400);
}

/** Writes an error response to a socket whose bytes gave no request that Express could answer. */
function answer(socket: Duplex, status: number): void {
  if (!socket.writable || (socket as Partial<Socket>).bytesWritten) return void socket.destroy();
  const requestId = crypto.randomUUID();
  const body = JSON.stringify({
    message: STATUS_CODES[status],
    reason: REASON_OF[status] ?? 'invalid_input',
    requestId,
  });
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...SECURITY_HEADERS,
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
}
