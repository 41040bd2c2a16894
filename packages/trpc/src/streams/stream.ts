import type { Principal } from '@latchkey/core';
import { getTRPCErrorFromUnknown, type TRPCError } from '@trpc/server';
import { refuse, unavailableIfOutage } from '../procedures/errors.ts';
import type { LiveSession, SessionEnd } from './live-session.ts';
import type { StreamRegistry } from './stream-registry.ts';

/**
 * Why a stream ended: a TRPCError for its client; an `AbortError`, after which clients reconnect;
 * or `null` if the client has disconnected.
 */
export type StreamEnd = TRPCError | DOMException | null;

/** An open stream: a subscription, or a stream outside tRPC. */
export interface OpenStream {
  /** Aborts when the stream ends, for any reason. */
  readonly signal: AbortSignal;
  /** Why the stream ended; `null` while it is open. */
  readonly end: StreamEnd;
  /** Ends the stream without an error. Closing it again does nothing. */
  close(): void;
}

/** What {@link openStream} needs to know of a stream. */
export interface StreamConditions {
  readonly streams: StreamRegistry;
  /** The caller's live session; `null` for a public stream. */
  readonly session: LiveSession | null;
  /** Aborts when the client disconnects or unsubscribes. */
  readonly client: AbortSignal | undefined;
  /** Throws a TRPCError if the caller has lost access. Called after each read of the store. */
  readonly demand?: ((principal: Principal) => void) | undefined;
  /** Runs once, when the stream has ended. */
  readonly onClose?: (() => void) | undefined;
}

/**
 * Opens a stream. It ends when its client disconnects, its session ends, its demand is no longer
 * met, or the server stops.
 *
 * @example
 * import { EventEmitter, on } from 'node:events';
 * import { openStream, streamRegistry } from '@latchkey/trpc/streams';
 *
 * const news = new EventEmitter();
 * const stream = openStream({ streams: streamRegistry(), session: null, client: undefined });
 * for await (const [headline] of on(news, 'headline', { signal: stream.signal }))
 *   response.write(`data: ${headline}\n\n`);
 */
export function openStream({
  streams,
  session,
  client,
  demand,
  onClose,
}: StreamConditions): OpenStream {
  const controller = new AbortController();
  let end: StreamEnd = null;

  function finish(reason: StreamEnd): void {
    if (controller.signal.aborted) return;
    end = reason;
    leave();
    stopListening?.();
    client?.removeEventListener('abort', close);
    onClose?.();
    controller.abort();
  }
  const close = () => finish(null);

  function judge(): void {
    try {
      if (session?.end) finish(errorOf(session.end));
      else if (session) demand?.(session.principal);
    } catch (error) {
      finish(getTRPCErrorFromUnknown(error));
    }
  }

  const leave = streams.join({
    onStop: () => finish(new DOMException('The server stops.', 'AbortError')),
  });
  const stopListening = session?.listen(judge);
  client?.addEventListener('abort', close, { once: true });
  if (client?.aborted) close();
  else if (session?.end) judge();
  return {
    signal: controller.signal,
    get end() {
      return end;
    },
    close,
  };
}

function errorOf(end: SessionEnd): StreamEnd {
  switch (end.kind) {
    case 'refused':
      return refuse(end.reason);
    case 'failed':
      return unavailableIfOutage(getTRPCErrorFromUnknown(end.error));
    case 'left':
      return null;
  }
}
