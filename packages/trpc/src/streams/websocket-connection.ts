import type { IncomingMessage } from 'node:http';
import { sessionOf } from '@latchkey/http';
import type { WebSocket } from 'ws';
import type { LiveSession } from './live-session.ts';
import { streamsOf } from './session-streams.ts';

/**
 * The codes with which a WebSocket is closed: registered ones, and private ones from 4000 (RFC
 * 6455, 7.4.2).
 */
export const CLOSE_CODES = {
  goingAway: 1001,
  tryAgainLater: 1013,
  sessionEnded: 4401,
  roleChanged: 4403,
} as const;

/** How many milliseconds a client may take to close before its connection is cut. */
const CLOSE_WITHIN_MS = 2_000;

/**
 * Closes a connection when its session ends, when its user's role changes (a connection keeps the
 * role it began with), when the server stops, or when its peer is gone.
 *
 * @param pingSeconds between two pings; a peer that has not answered one by the next is gone
 * @param isUnread whether the peer has unread answers. It is closed if that lasts from one ping to
 *   the next
 */
export function keepConnection(
  client: WebSocket,
  request: IncomingMessage,
  pingSeconds: number,
  isUnread: () => boolean,
): void {
  const streams = streamsOf(sessionOf(request));
  const session = streams.follow();
  const stopListening = session?.listen(closeWhenOver(client, session));
  const leave = streams.registry.join({
    onTick: pinging(client, pingSeconds, isUnread),
    onStop: () => closeConnection(client, CLOSE_CODES.goingAway, ''),
  });

  client.once('close', () => {
    leave();
    session?.finish({ kind: 'left' });
    stopListening?.();
  });
}

function closeWhenOver(client: WebSocket, session: LiveSession): () => void {
  const { role } = session.principal;
  return () => {
    const { end, principal } = session;
    /** Closes the connection after its subscriptions have sent the reason. */
    if (end?.kind === 'refused')
      return void setImmediate(() => closeConnection(client, CLOSE_CODES.sessionEnded, end.reason));
    /**
     * Closes the connection before a subscription ends, so that clients resume their subscriptions
     * over the next one.
     */
    if (end?.kind === 'failed')
      return closeConnection(client, CLOSE_CODES.tryAgainLater, 'store_unavailable');
    if (end || principal.role === role) return;
    closeConnection(client, CLOSE_CODES.roleChanged, 'role_required');
    session.finish({ kind: 'left' });
  };
}

/** Closes a connection, and cuts it if the peer does not answer. */
export function closeConnection(client: WebSocket, code: number, reason: string): void {
  if (client.readyState !== client.OPEN) return;
  client.close(code, reason);
  setTimeout(() => client.terminate(), CLOSE_WITHIN_MS).unref();
}

/**
 * Pings a client, and cuts the connection if it is gone.
 *
 * @returns a function to call once a second
 */
function pinging(client: WebSocket, pingSeconds: number, isUnread: () => boolean): () => void {
  let [seconds, isAlive, wasUnread] = [0, true, false];
  client.on('pong', () => {
    isAlive = true;
  });
  return () => {
    seconds++;
    if (seconds < pingSeconds) return;
    seconds = 0;
    if (wasUnread && isUnread())
      return closeConnection(client, CLOSE_CODES.tryAgainLater, 'overloaded');
    wasUnread = isUnread();
    // A missing pong does not count on a paused connection, which cannot deliver one.
    if (!isAlive && !client.isPaused) return client.terminate();
    isAlive = false;
    client.ping();
  };
}
