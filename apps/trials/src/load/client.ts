import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { addressOf } from '../measuring/measured-server.ts';

/** A user with a cookie jar, much lighter than a test browser: thousands fit into one process. */
export interface LoadClient {
  readonly username: string;
  /** The client address that a proxy would report. */
  readonly address: string;
  readonly cookies: Map<string, string>;
}

export interface Answer {
  readonly status: number;
  /** Seconds to wait, or null without `Retry-After`. */
  readonly retryAfter: number | null;
  readonly body: string;
}

interface Call {
  readonly path: string;
  readonly body?: object;
  /** Leaves the access token out, as a browser does after its expiry. */
  readonly isExpired?: boolean;
}

const ACCESS_COOKIE = 'X-Access-Token';
const FIRST_ADDRESS = 1_000_000;
const agent = new Agent({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY });

/**
 * Requests that are being sent at the same time. If thousands were, this process would take longer
 * to send the last ones than a server waits for headers.
 */
const MAX_SENDING = 200;
let sending = 0;
const waiting: (() => void)[] = [];

/** Closes the idle connections of all clients. */
export const disconnect = () => agent.destroy();

export const usernameOf = (number: number) => `load-${String(number).padStart(6, '0')}`;

export const loadClients = (count: number): LoadClient[] =>
  Array.from({ length: count }, (_, number) => ({
    username: usernameOf(number),
    address: addressOf(FIRST_ADDRESS + number),
    cookies: new Map(),
  }));

/** Returns the headers that a client sends. */
export function headersOf(
  { address, cookies }: LoadClient,
  isExpired = false,
): Record<string, string> {
  const sent = [...cookies].filter(([name]) => !isExpired || name !== ACCESS_COOKIE);
  return {
    'x-forwarded-for': address,
    ...(sent.length > 0 && { cookie: sent.map((pair) => pair.join('=')).join('; ') }),
  };
}

/** Stores the cookies of a response; one that is cleared is deleted. */
export function receive({ cookies }: LoadClient, setCookies: readonly string[] = []): void {
  for (const header of setCookies) {
    const [pair = ''] = header.split(';');
    const name = pair.slice(0, pair.indexOf('='));
    if (/; *max-age=0/i.test(header)) cookies.delete(name);
    else cookies.set(name, pair.slice(name.length + 1));
  }
}

/**
 * Sends a request and stores its cookies. A connection that the server closes while it is idle is
 * replaced, as browsers do.
 *
 * @throws Error if there is no answer
 */
export async function call(origin: string, client: LoadClient, sent: Call): Promise<Answer> {
  if (sending >= MAX_SENDING) await new Promise<void>((resolve) => waiting.push(resolve));
  else sending++;
  let isSending = true;
  return send(origin, client, sent, () => {
    if (!isSending) return;
    isSending = false;
    const next = waiting.shift();
    if (next) next();
    else sending--;
  });
}

function send(origin: string, client: LoadClient, sent: Call, onSent: () => void): Promise<Answer> {
  const { path, body, isExpired } = sent;
  const content = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    ...headersOf(client, isExpired),
    ...(body && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(content)),
    }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(
      origin + path,
      { method: body ? 'POST' : 'GET', agent, headers },
      async (response) => {
        receive(client, response.headers['set-cookie']);
        let text = '';
        try {
          for await (const chunk of response) text += chunk;
        } catch (error) {
          return reject(error);
        }
        const { statusCode = 0 } = response;
        resolve({ status: statusCode, retryAfter: retryAfterOf(response.headers), body: text });
      },
    );
    asked.once('finish', onSent).once('close', onSent);
    asked.on('error', (error: NodeJS.ErrnoException) => {
      if (asked.reusedSocket && error.code === 'ECONNRESET') resolve(call(origin, client, sent));
      else reject(error);
    });
    asked.end(content);
  });
}

const retryAfterOf = ({ 'retry-after': value }: IncomingHttpHeaders) =>
  value === undefined ? null : Number(value);

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
