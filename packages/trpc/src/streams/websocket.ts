import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { refuseUnknownOptions } from '@latchkey/core';
import { type Middleware, sessionOf } from '@latchkey/http';
import {
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  type inferRouterContext,
  type TRPCError,
  type TRPCProcedureType,
  transformTRPCResponse,
} from '@trpc/server';
import {
  type CreateWSSContextFnOptions,
  getWSConnectionHandler,
  type WSSHandlerOptions,
} from '@trpc/server/adapters/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuse, unavailable } from '../procedures/errors.ts';
import { noteRefusedStart } from '../procedures/refused-call.ts';
import { sendError } from '../procedures/send-error.ts';
import { streamsOf } from './session-streams.ts';
import { keepConnection } from './websocket-connection.ts';
import { frames } from './websocket-frames.ts';

/** The most bytes of a frame: as many as a request body may have. */
const MAX_PAYLOAD = 100 * 1024;
/** The `Retry-After`, in seconds, of a call that was refused because the server is busy. */
const RETRY_SECONDS = 2;

/** An error of a call over a WebSocket, and the handshake of its connection. */
export interface WebSocketFault {
  readonly error: TRPCError;
  readonly req: IncomingMessage;
}

/** The options of {@link latchkeyWebSocket}. */
export interface LatchkeyWebSocketOptions<Router extends AnyTRPCRouter> {
  readonly server: Pick<Server, 'on' | 'listenerCount'>;
  /** The path of the WebSocket endpoint, for example `/trpc`. */
  readonly path: string;
  /**
   * The middleware that handshakes pass: `latchkey({ layer, streams })`, or an Express app that
   * contains it.
   */
  readonly through: Middleware;
  readonly router: Router;
  /** Creates the context of the calls; called once per connection, after its handshake. */
  readonly createContext: (
    options: CreateWSSContextFnOptions,
  ) => inferRouterContext<Router> | Promise<inferRouterContext<Router>>;
  /** Called for handshakes refused after `through`, and for errors of calls and subscriptions. */
  readonly onError?: (fault: WebSocketFault) => void;
  /** Asked before each call: if true, the call is refused with `overloaded` (503). */
  readonly isOverloaded?: (caller: { readonly isAnonymous: boolean }) => boolean;
  /** Seconds between pings, 25 by default. A peer that misses one is disconnected at the next. */
  readonly pingSeconds?: number;
}

/**
 * Serves tRPC over WebSockets. A handshake is authenticated like any request before it is answered:
 * 403 if cross-site, 503 if the store is unavailable; an expired access token is refreshed, and its
 * cookies are set with the 101. Anonymous callers may connect: each procedure decides. Later calls
 * see the session as it is then. When the session ends, the connection is closed with 4401 and the
 * reason.
 *
 * Calls start in turn between users, within the limits of {@link streamRegistry}. A connection with
 * more calls is not read until its turn. One that does not read its answers is closed with 1013.
 *
 * @example
 * import { createLatchkeyContext, latchkey } from '@latchkey/trpc';
 * import { latchkeyWebSocket, streamRegistry } from '@latchkey/trpc/streams';
 * import { createExpressMiddleware } from '@trpc/server/adapters/express';
 *
 * const session = latchkey({ layer, streams: streamRegistry() });
 * const createContext = createLatchkeyContext;
 * app.use('/trpc', session, createExpressMiddleware({ router, createContext }));
 * const server = app.listen(3000);
 * latchkeyWebSocket({ server, path: '/trpc', through: session, router, createContext });
 */
export function latchkeyWebSocket<Router extends AnyTRPCRouter>(
  options: LatchkeyWebSocketOptions<Router>,
): void {
  const {
    server,
    path,
    through,
    router,
    createContext,
    onError,
    isOverloaded,
    pingSeconds = 25,
    ...others
  } = options;
  refuseUnknownOptions(others);
  const handshakes = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_PAYLOAD,
    autoPong: false,
    allowSynchronousEvents: false,
  });
  const answers = new WeakMap<IncomingMessage, ServerResponse>();
  handshakes.on('headers', (lines, request) => lines.push(...headerLines(answers.get(request))));

  const report = (fault: WebSocketFault) => {
    if (!isExpected(fault.error.cause)) onError?.(fault);
  };

  function serve(client: WebSocket, socket: Socket, request: IncomingMessage): void {
    const session = sessionOf(request);
    const { principal } = session;
    const connection = frames({
      client,
      socket,
      calls: streamsOf(session).registry.calls,
      owner: principal?.userId ?? null,
      expectsParameters:
        new URL(request.url ?? '', 'ws://localhost').searchParams.get('connectionParams') === '1',
      refuse: ({ id, method, path }) =>
        isOverloaded?.({ isAnonymous: !principal }) ? overloaded(router, id, method, path) : null,
    });
    keepConnection(client, request, pingSeconds, () => connection.isUnread);
    const handle = getWSConnectionHandler({
      wss: handshakes,
      router,
      createContext,
      onError: report,
      experimental_encoder: connection.encoder,
    } as WSSHandlerOptions<Router>);
    handle(client, request);
    connection.takeOver();
  }

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (request.url?.split('?')[0] !== path) {
      if (server.listenerCount('upgrade') === 1)
        sendError(answerOver(socket, request), refuse('not_found'));
      return;
    }
    const response = answerOver(socket, request);
    through(request, response, (error) => {
      if (socket.destroyed) return;
      try {
        if (error !== undefined) throw error;
        const session = sessionOf(request);
        if (session.outage) throw unavailable(session.outage);
        socket.once('close', streamsOf(session).take());
      } catch (refusal) {
        const error = getTRPCErrorFromUnknown(refusal);
        report({ error, req: request });
        return sendError(response, error);
      }
      answers.set(request, response.writeHead(101));
      response.detachSocket(socket);
      handshakes.handleUpgrade(request, socket, head, (client: WebSocket) => {
        serve(client, socket, request);
      });
    });
  });
}

/**
 * Creates a response that collects the headers which the middleware sets on a handshake, or sends
 * its refusal.
 */
function answerOver(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  socket.on('error', () => socket.destroy());
  return response;
}

function headerLines(response: ServerResponse | undefined): string[] {
  return Object.entries(response?.getHeaders() ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}`),
  );
}

/** Returns the answer to a call that must not start because the server is busy. */
function overloaded(
  router: AnyTRPCRouter,
  id: number | string,
  type: string,
  path: string,
): unknown {
  const config = router._def._config;
  const error = noteRefusedStart(refuse('overloaded', { retryAfterSeconds: RETRY_SECONDS }), path);
  const shape = getTRPCErrorShape({
    config,
    error,
    type: type as TRPCProcedureType,
    path,
    input: undefined,
    ctx: undefined,
  });
  return transformTRPCResponse(config, { id, error: shape });
}

/**
 * Whether an error is expected: malformed or oversized frames, whose connection `ws` closes, and
 * the end of the server.
 */
function isExpected(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    (cause.name === 'AbortError' || ('code' in cause && String(cause.code).startsWith('WS_ERR_')))
  );
}
