import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
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

/** One frame at most, as one request body. */
const MAX_PAYLOAD = 100 * 1024;
/** When a client whose call was refused for there being too much to do should come again. */
const RETRY_SECONDS = 2;

interface Fault {
  readonly error: TRPCError;
  readonly req: IncomingMessage;
}

export interface LatchkeyWebSocketOptions<Router extends AnyTRPCRouter> {
  readonly server: Pick<Server, 'on' | 'listenerCount'>;
  /** Where connections are made, `/trpc` for example. */
  readonly path: string;
  /**
   * What every handshake passes through, as every request does: `latchkey({ layer, streams })`, or
   * an Express app with that and more.
   */
  readonly through: Middleware;
  readonly router: Router;
  /** Called once for each connection, after its handshake. */
  readonly createContext: (
    options: CreateWSSContextFnOptions,
  ) => inferRouterContext<Router> | Promise<inferRouterContext<Router>>;
  /**
   * Told of every handshake that is refused after the steps, and of everything a call or a
   * subscription ends with.
   */
  readonly onError?: (fault: Fault) => void;
  /**
   * Whether there is too much to do, so that calls are refused with `overloaded`, 503. Asked before
   * each starts.
   */
  readonly isOverloaded?: (caller: { readonly isAnonymous: boolean }) => boolean;
  /** A peer that has not answered one ping by the next is gone. */
  readonly pingSeconds?: number;
}

/**
 * tRPC over WebSockets. A handshake is authenticated like any request, before it is answered:
 * cross-site ones are 403, an expired access token is refreshed and its cookies go out with the
 * 101; where the store cannot say who is calling it is 503, and clients try again. Anybody may
 * connect; procedures decide who may call them. Whatever begins later sees the session as it is
 * then, and a connection whose session ends is closed with 4401 and the reason.
 *
 * Calls start a few at a time, in turn between users (`streamRegistry` has the limits): a
 * connection with more is not read until it has had its turn, nor is one that does not read its
 * answers, which is closed with 1013 in the end.
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
  } = options;
  const handshakes = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_PAYLOAD,
    autoPong: false,
    allowSynchronousEvents: false,
  });
  const answers = new WeakMap<IncomingMessage, ServerResponse>();
  handshakes.on('headers', (lines, request) => lines.push(...headerLines(answers.get(request))));

  const report = (fault: Fault) => {
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
 * The response to a handshake, until it is accepted: what the steps set is collected in it, and
 * what they refuse is answered by it.
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

/** The answer of a call that does not start. */
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
 * Frames that are none, or too large: `ws` closes such a connection. And what ends because the
 * server stops.
 */
function isExpected(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    (cause.name === 'AbortError' || ('code' in cause && String(cause.code).startsWith('WS_ERR_')))
  );
}
