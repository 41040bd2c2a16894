import { get, type IncomingMessage } from 'node:http';
import { systemClock } from '@latchkey/core';
import { WebSocket } from 'ws';
import { headersOf, type LoadClient, pause, receive } from './client.ts';

/** One open stream, and what was seen of it. Times are milliseconds since the epoch. */
interface Stream {
  readonly username: string;
  readonly isSse: boolean;
  /** When it saw its event. */
  seenAt: number | null;
  closedAt: number | null;
  /** The end of what the server sent, or the code and reason of the close. */
  last: string;
  close(): void;
}

export interface OpenedReport {
  readonly sse: number;
  readonly webSockets: number;
  readonly seconds: number;
  readonly faults: readonly string[];
}

/** The streams of a process. */
export interface Streams {
  /** Opens one stream for each client: the first half over SSE, the others over WebSockets. */
  open(origin: string, clients: readonly LoadClient[]): Promise<OpenedReport>;
  /**
   * Waits until each stream has seen an event of a kind; returns when each did.
   */
  seen(): Promise<readonly number[]>;
  /** Waits until the streams of these users are closed; returns when, and what each saw last. */
  closed(
    usernames: readonly string[],
  ): Promise<readonly { readonly username: string; readonly at: number; readonly last: string }[]>;
  /** Number of streams that are open. */
  count(): number;
  end(): void;
}

const SUBSCRIPTION = 'account.watchSecurityEvents';
/** Number of streams that are opened at the same time. */
const OPENING = 100;
const POLL_MS = 5;
/** Number of characters of a stream's end that are kept: more than an event and an error have. */
const TAIL = 2_000;
/** Milliseconds after which an event or an end counts as missing. */
const MAX_WAIT_MS = 120_000;

/** @param event the kind of the event that `seen` waits for */
export function loadStreams(event: string): Streams {
  const streams: Stream[] = [];

  function note(stream: Stream, text: string): void {
    stream.last = (stream.last + text).slice(-TAIL);
    if (stream.seenAt === null && stream.last.includes(`"${event}"`))
      stream.seenAt = systemClock.now();
  }

  async function until(isDone: () => boolean): Promise<void> {
    const limit = systemClock.now() + MAX_WAIT_MS;
    while (!isDone() && systemClock.now() < limit) await pause(POLL_MS);
  }

  return {
    async open(origin, clients) {
      const began = performance.now();
      const faults: string[] = [];
      const half = Math.ceil(clients.length / 2);
      const waiting = [...clients.entries()];
      await Promise.all(
        Array.from({ length: OPENING }, async () => {
          for (let next = waiting.shift(); next; next = waiting.shift()) {
            const [index, client] = next;
            const open = index < half ? openSse : openWebSocket;
            await open(origin, client, note).then(
              (stream) => void streams.push(stream),
              (error: Error) => void faults.push(error.message),
            );
          }
        }),
      );
      const sse = streams.filter(({ isSse }) => isSse).length;
      return {
        sse,
        webSockets: streams.length - sse,
        seconds: (performance.now() - began) / 1000,
        faults,
      };
    },
    async seen() {
      await until(() => streams.every(({ seenAt }) => seenAt !== null));
      return streams.flatMap(({ seenAt }) => seenAt ?? []);
    },
    async closed(usernames) {
      const names = new Set(usernames);
      const chosen = streams.filter(({ username }) => names.has(username));
      await until(() => chosen.every(({ closedAt }) => closedAt !== null));
      return chosen.flatMap(({ username, closedAt, last }) =>
        closedAt === null ? [] : [{ username, at: closedAt, last }],
      );
    },
    count: () => streams.filter(({ closedAt }) => closedAt === null).length,
    end() {
      for (const stream of streams) stream.close();
      streams.length = 0;
    },
  };
}

type Open = (
  origin: string,
  client: LoadClient,
  onText: (stream: Stream, text: string) => void,
) => Promise<Stream>;

const openSse: Open = (origin, client, onText) =>
  new Promise((resolve, reject) => {
    const headers = { ...headersOf(client), accept: 'text/event-stream' };
    const asked = get(
      `${origin}/trpc/${SUBSCRIPTION}`,
      { headers, agent: false },
      (response: IncomingMessage) => {
        const stream = streamOf(client, true, () => asked.destroy());
        receive(client, response.headers['set-cookie']);
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          onText(stream, text);
          if (text.includes('event: connected')) resolve(stream);
          else if (response.statusCode !== 200 || text.includes('serialized-error'))
            reject(new Error(`SSE: ${response.statusCode} ${text.slice(0, 200)}`));
        });
        response.on('error', () => {});
        response.on('close', () => (stream.closedAt = systemClock.now()));
      },
    );
    asked.on('error', reject);
  });

const openWebSocket: Open = (origin, client, onText) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/trpc`, {
      headers: { ...headersOf(client), origin },
    });
    const stream = streamOf(client, false, () => socket.terminate());
    socket.on('upgrade', ({ headers }) => receive(client, headers['set-cookie']));
    socket.on('open', () =>
      socket.send(`{"id":1,"method":"subscription","params":{"path":"${SUBSCRIPTION}"}}`),
    );
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      onText(stream, text);
      if (text.includes('"started"')) resolve(stream);
      else if (text.includes('"error"')) reject(new Error(`WebSocket: ${text.slice(0, 200)}`));
    });
    socket.on('error', reject);
    socket.on('close', (code, reason) => {
      stream.closedAt = systemClock.now();
      stream.last = `${code} ${reason.toString()}`;
    });
  });

const streamOf = ({ username }: LoadClient, isSse: boolean, close: () => void): Stream => ({
  username,
  isSse,
  seenAt: null,
  closedAt: null,
  last: '',
  close,
});
