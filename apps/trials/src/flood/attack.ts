import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { WebSocket } from 'ws';

export const TRANSPORTS = ['websocket', 'sse', 'http'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** The settings of an attack by one caller. */
export interface Attack {
  readonly origin: string;
  readonly transport: Transport;
  /** The Cookie header of one account; empty for an anonymous caller. */
  readonly cookie: string;
  /** Whether the attacker reads the responses. */
  readonly reads: boolean;
  readonly connections: number;
  readonly callsPerFrame: number;
  readonly frameEveryMs: number;
}

/** Maximum number of bytes that the attacker buffers in its memory. */
const MAX_UNSENT = 8 * 1024 * 1024;
const CALL = 'auth.session';
/** Maximum number of calls in a tRPC batch over HTTP, which the server sets. */
const HTTP_BATCH = 10;

/**
 * Sends frames over all connections until stopped. Closed connections are opened again at once.
 *
 * @returns a function that stops the attack
 */
export function startAttack(attack: Attack): () => void {
  const attackers = Array.from({ length: attack.connections }, () =>
    attack.transport === 'websocket' ? overWebSocket(attack) : overHttp(attack),
  );
  const timer = setInterval(() => {
    for (const { send } of attackers) send();
  }, attack.frameEveryMs);
  return () => {
    clearInterval(timer);
    for (const { end } of attackers) end();
  };
}

interface Attacker {
  send(): void;
  end(): void;
}

function overWebSocket({ origin, cookie, reads, callsPerFrame }: Attack): Attacker {
  let socket: WebSocket | null = null;
  let id = 0;

  function open(): WebSocket {
    const opened = new WebSocket(`${origin.replace('http', 'ws')}/trpc`, {
      headers: { origin, ...(cookie && { cookie }) },
    });
    opened.on('open', () => reads || opened.pause());
    opened.on('error', () => {});
    return opened;
  }

  return {
    send() {
      if (!socket || socket.readyState > socket.OPEN) socket = open();
      if (socket.readyState !== socket.OPEN || socket.bufferedAmount > MAX_UNSENT) return;
      socket.send(
        JSON.stringify(
          Array.from({ length: callsPerFrame }, () => ({
            id: ++id,
            method: 'query',
            params: { path: CALL },
          })),
        ),
      );
    },
    end: () => socket?.terminate(),
  };
}

/**
 * Sends requests one after another on one connection, without waiting for responses. For SSE each
 * request opens a stream.
 */
function overHttp({ origin, transport, cookie, reads, callsPerFrame }: Attack): Attacker {
  const { hostname, port, host } = new URL(origin);
  const lines = [`Host: ${host}`, ...(cookie ? [`Cookie: ${cookie}`] : [])];
  const request = (path: string, ...more: string[]) =>
    [`GET ${path} HTTP/1.1`, ...lines, ...more, '', ''].join('\r\n');
  const batch = request(`/trpc/${Array.from({ length: HTTP_BATCH }, () => CALL).join()}?batch=1`);
  const stream = request('/trpc/account.watchSecurityEvents', 'Accept: text/event-stream');
  const frame = transport === 'sse' ? stream : batch.repeat(Math.ceil(callsPerFrame / HTTP_BATCH));
  let socket: Socket | null = null;

  return {
    send() {
      // A stream ends with its connection, so each one is opened over a new connection.
      if (transport === 'sse') socket?.destroy();
      if (!socket || socket.destroyed) {
        socket = connect(Number(port), hostname).on('error', () => {});
        if (reads) socket.resume();
        else socket.pause();
      }
      if (socket.writableLength < MAX_UNSENT) socket.write(frame);
    },
    end: () => socket?.destroy(),
  };
}
