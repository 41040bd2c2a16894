import type { Principal } from '@latchkey/core';
import { getTRPCErrorFromUnknown, type TRPCError } from '@trpc/server';
import { refuse, unavailableIfOutage } from '../procedures/errors.ts';
import type { LiveSession, SessionEnd } from './live-session.ts';
import type { StreamRegistry } from './stream-registry.ts';

/**
 * Why a stream is over: an error for its client; an `AbortError`, after which clients come back by
 * themselves; or `null`, when there is nobody to tell.
 */
export type StreamEnd = TRPCError | DOMException | null;

/** One stream's life. */
export interface OpenStream {
  /** Aborts when it is over, whoever ended it. */
  readonly signal: AbortSignal;
  /** Why it is over, once it is. */
  readonly end: StreamEnd;
  /** Ends it, with nobody to tell. Closing it again does nothing. */
  close(): void;
}

export interface StreamConditions {
  readonly streams: StreamRegistry;
  /** Null for what anybody may see. */
  readonly session: LiveSession | null;
  /** Aborts when the client goes away or wants no more. */
  readonly client: AbortSignal | undefined;
  /** Throws a TRPCError when somebody may not see it any more. Asked whenever the store was. */
  readonly demand?: ((principal: Principal) => void) | undefined;
  /** Runs once, whatever ended it. */
  readonly onClose?: (() => void) | undefined;
}

/**
 * Opens a stream that lasts until its client is gone, its session is over, its demand is not met
 * any more, or the server stops.
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
