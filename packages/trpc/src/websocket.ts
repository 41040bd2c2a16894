import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AnyTRPCRouter, getTRPCErrorFromUnknown, type inferRouterContext, type TRPCError } from '@trpc/server';
import { type CreateWSSContextFnOptions, type Encoder, getWSConnectionHandler, type WSSHandlerOptions } from '@trpc/server/adapters/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuse, unavailable } from './errors.ts';
import { type Step, sessionOf } from './express.ts';
import { sendError } from './send-error.ts';
import { keepConnection } from './websocket-connection.ts';

/** One frame at most, as one request body. */
const MAX_PAYLOAD = 100 * 1024;
/** Calls in one frame at most. A client that comes back asks for all its subscriptions in one. */
const MAX_BATCH = 100;

interface Fault {
  readonly error: TRPCError;
  readonly req: IncomingMessage;
}

export interface LatchkeyWebSocketOptions<Router extends AnyTRPCRouter> {
  readonly server: Pick<Server, 'on' | 'listenerCount'>;
  /** Where connections are made, `/trpc` for example. */
  readonly path: string;
  /** What every handshake passes through, as every request does: `latchkey({ layer, streams })`, or an Express app with that and more. */
  readonly through: Step;
  readonly router: Router;
  /** Called once for each connection, after its handshake. */
  readonly createContext: (options: CreateWSSContextFnOptions) => inferRouterContext<Router> | Promise<inferRouterContext<Router>>;
  /** Told of every handshake that is refused after the steps, and of everything a call or a subscription ends with. */
  readonly onError?: (fault: Fault) => void;
  /** A peer that has not answered one ping by the next is gone. */
  readonly pingSeconds?: number;
}

/**
 * tRPC over WebSockets. A handshake is authenticated like any request, before it is answered: cross-site ones are 403, an expired access token is
 * refreshed and its cookies go out with the 101; where the store cannot say who is calling it is 503, and clients try again. Anybody may connect;
 * procedures decide who may call them. Whatever begins later sees the session as it is then, and a connection whose session ends is closed with 4401 and
 * the reason.
 */
export function latchkeyWebSocket<Router extends AnyTRPCRouter>(options: LatchkeyWebSocketOptions<Router>): void {
  const { server, path, through, router, createContext, onError, pingSeconds = 25 } = options;
  const handshakes = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MAX_PAYLOAD });
  const answers = new WeakMap<IncomingMessage, ServerResponse>();
  handshakes.on('headers', (lines, request) => lines.push(...headerLines(answers.get(request))));

  const report = (fault: Fault) => {
    if (!isExpected(fault.error.cause)) onError?.(fault);
  };
  const serve = getWSConnectionHandler({ wss: handshakes, router, createContext, onError: report, experimental_encoder: FRAMES } as WSSHandlerOptions<Router>);

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (request.url?.split('?')[0] !== path) {
      if (server.listenerCount('upgrade') === 1) sendError(answerOver(socket, request), refuse('not_found'));
      return;
    }
    const response = answerOver(socket, request);
    through(request, response, (error) => {
      if (socket.destroyed) return;
      try {
        if (error !== undefined) throw error;
        const { outage, streams } = sessionOf(request);
        if (outage) throw unavailable(outage);
        socket.once('close', streams.take());
      } catch (refusal) {
        const error = getTRPCErrorFromUnknown(refusal);
        report({ error, req: request });
        return sendError(response, error);
      }
      answers.set(request, response.writeHead(101));
      response.detachSocket(socket);
      handshakes.handleUpgrade(request, socket, head, (client: WebSocket) => {
        keepConnection(client, request, pingSeconds);
        serve(client, request);
      });
    });
  });
}

/** The response to a handshake, until it is accepted: what the steps set is collected in it, and what they refuse is answered by it. */
function answerOver(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  socket.on('error', () => socket.destroy());
  return response;
}

function headerLines(response: ServerResponse | undefined): string[] {
  return Object.entries(response?.getHeaders() ?? {}).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
}

const FRAMES: Encoder = {
  encode: (message) => JSON.stringify(message),
  decode(data) {
    if (typeof data !== 'string') throw new TypeError('a frame must be text');
    const message: unknown = JSON.parse(data);
    if (Array.isArray(message) && message.length > MAX_BATCH) throw new RangeError(`a frame may hold at most ${MAX_BATCH} calls`);
    return message;
  },
};

/** Frames that are none, or too large: `ws` closes such a connection. And what ends because the server stops. */
function isExpected(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === 'AbortError' || ('code' in cause && String(cause.code).startsWith('WS_ERR_')));
}
