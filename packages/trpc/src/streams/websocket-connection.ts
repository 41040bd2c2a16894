import type { IncomingMessage } from 'node:http';
import { sessionOf } from '@latchkey/http';
import type { WebSocket } from 'ws';
import type { LiveSession } from './live-session.ts';
import { streamsOf } from './session-streams.ts';

/**
 * Private codes (RFC 6455, 7.4.2) beside the registered ones. The reason of the closed set comes
 * with them.
 */
export const CLOSE_CODES = {
  goingAway: 1001,
  tryAgainLater: 1013,
  sessionEnded: 4401,
  roleChanged: 4403,
} as const;

/** How long a client may take to close; then it is cut off. */
const CLOSE_WITHIN_MS = 2_000;

/**
 * Looks after one connection: closes it when its session ends, when its user's role changes (the
 * next connection has the new one, this one never does), when the server stops, and when its peer
 * is gone.
 *
 * @param pingSeconds between two pings; a peer that has not answered one by the next is gone
 * @param isUnread whether answers wait to be read, so that nothing more is read from the peer. It
 *   is closed if that lasts from one ping to the next
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
    /** After what runs over it has said so. */
    if (end?.kind === 'refused')
      return void setImmediate(() => closeConnection(client, CLOSE_CODES.sessionEnded, end.reason));
    /**
     * At once, before anything says so: clients ask for their subscriptions again over the next
     * connection.
     */
    if (end?.kind === 'failed')
      return closeConnection(client, CLOSE_CODES.tryAgainLater, 'store_unavailable');
    if (end || principal.role === role) return;
    closeConnection(client, CLOSE_CODES.roleChanged, 'role_required');
    session.finish({ kind: 'left' });
  };
}

/** Closes it, and cuts it off if its peer does not answer. */
export function closeConnection(client: WebSocket, code: number, reason: string): void {
  if (client.readyState !== client.OPEN) return;
  client.close(code, reason);
  setTimeout(() => client.terminate(), CLOSE_WITHIN_MS).unref();
}

/** @returns to be called once a second */
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
    // While it is not read, its answer to a ping cannot come.
    if (!isAlive && !client.isPaused) return client.terminate();
    isAlive = false;
    client.ping();
  };
}
