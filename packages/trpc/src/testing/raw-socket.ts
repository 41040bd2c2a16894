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

/** A WebSocket that says what it is told to, tRPC's messages or not. */
export interface RawSocket {
  readonly socket: WebSocket;
  /** What the server set with its 101. */
  readonly setCookies: readonly string[];
  /** Resolves with code and reason. */
  readonly closed: Promise<[number, string]>;
  /** Everything that came so far. */
  readonly answers: readonly Answer[];
  /** Sends a call and resolves with the first answer to it: its data, or the reason why not. */
  call(
    method: 'query' | 'mutation' | 'subscription',
    path: string,
    input?: unknown,
  ): Promise<unknown>;
}

/** Why a handshake was refused. */
export interface RefusedHandshake {
  readonly status: number | undefined;
  readonly reason: string;
  readonly headers: IncomingMessage['headers'];
  readonly setCookies: readonly string[];
}

/** Makes a handshake with a browser's cookies and takes what comes with it. */
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

/** As {@link openSocket}, where nothing else is expected than a connection. */
export async function connected(...parameters: Parameters<typeof openSocket>): Promise<RawSocket> {
  const opened = await openSocket(...parameters);
  if ('socket' in opened) return opened;
  throw new Error(`the handshake was refused: ${opened.status} ${opened.reason}`);
}
