import type { IncomingMessage } from 'node:http';
import type { Browser } from '@latchkey/core/testing';
import { type ClientOptions, WebSocket } from 'ws';

interface Answer {
  readonly id: number | null;
  readonly result?: { readonly type: string; readonly data?: unknown };
  readonly error?: {
    readonly message: string;
    readonly data: {
      readonly reason: string;
      readonly httpStatus: number;
      readonly retryAfterSeconds?: number;
    };
  };
}

/** A test WebSocket that sends any text, whether or not it is a message of tRPC. */
export interface RawSocket {
  readonly socket: WebSocket;
  /** The Set-Cookie headers of the server's 101 response. */
  readonly setCookies: readonly string[];
  /** Resolves with code and reason when the connection is closed. */
  readonly closed: Promise<[number, string]>;
  /** Every answer received so far. */
  readonly answers: readonly Answer[];
  /**
   * Sends a call, and resolves with the first answer to it: its data, or the reason of its refusal.
   */
  call(
    method: 'query' | 'mutation' | 'subscription',
    path: string,
    input?: unknown,
  ): Promise<unknown>;
}

/** The server's refusal of a handshake. */
export interface RefusedHandshake {
  readonly status: number | undefined;
  readonly reason: string;
  readonly headers: IncomingMessage['headers'];
  readonly setCookies: readonly string[];
}

/** Makes a handshake with a browser's cookies, and keeps messages that arrive with it. */
export async function openSocket(
  origin: string,
  browser: Browser,
  { path = '/trpc', headers, ...options }: ClientOptions & { path?: string } = {},
): Promise<RawSocket | RefusedHandshake> {
  const { cookieHeader } = browser.send('/');
  const socket = new WebSocket(origin.replace('http', 'ws') + path, {
    ...options,
    headers: { cookie: cookieHeader, ...headers },
  });
  const setCookies: string[] = [];
  const answers: Answer[] = [];
  const waiting = new Map<number | null, (answer: Answer) => void>();
  const closed = new Promise<[number, string]>((resolve) =>
    socket.on('close', (code, reason) => resolve([code, reason.toString()])),
  );
  let calls = 0;

  socket.on('upgrade', (response) => {
    setCookies.push(...(response.headers['set-cookie'] ?? []));
    browser.receive(setCookies);
  });
  socket.on('message', (data: Buffer) => {
    for (const answer of [JSON.parse(data.toString())].flat() as Answer[]) {
      answers.push(answer);
      waiting.get(answer.id)?.(answer);
    }
  });
  const refused = await new Promise<IncomingMessage | null>((resolve, reject) => {
    socket.on('open', () => resolve(null));
    socket.on('unexpected-response', (_request, response) => resolve(response));
    socket.on('error', reject);
  });
  if (refused) {
    const body = await refused.setEncoding('utf8').toArray();
    return {
      status: refused.statusCode,
      reason: JSON.parse(body.join('')).reason,
      headers: refused.headers,
      setCookies: refused.headers['set-cookie'] ?? [],
    };
  }
  return {
    socket,
    setCookies,
    closed,
    answers,
    async call(method, path, input) {
      const id = ++calls;
      const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      socket.send(JSON.stringify({ id, method, params: { path, input } }));
      const { error, result } = await answer;
      return error ? error.data.reason : (result?.data ?? result?.type);
    },
  };
}

/** Opens a socket like {@link openSocket}, and throws if the handshake is refused. */
export async function connected(...parameters: Parameters<typeof openSocket>): Promise<RawSocket> {
  const opened = await openSocket(...parameters);
  if ('socket' in opened) return opened;
  throw new Error(`the handshake was refused: ${opened.status} ${opened.reason}`);
}
