import { type Clock, repeat } from '@latchkey/core';
import { sessionOf } from '@latchkey/http';
import { publicError, requirePrincipal } from '@latchkey/trpc';
import { openStream, streamsOf } from '@latchkey/trpc/streams';
import type { RequestHandler, Response } from 'express';
import { EXPLANATIONS } from '../receipts/receipt.ts';
import type { Receipts } from '../receipts/receipts.ts';
import type { InspectorEnd, InspectorEvent, InspectorHello } from './inspector-event.ts';
import type { SessionFacts } from './session-facts.ts';

/** nginx closes a connection that is silent for 60 s (`proxy_read_timeout`). */
const PING_SECONDS = 15;

export interface EventStreamDependencies {
  readonly clock: Clock;
  readonly facts: SessionFacts;
  readonly receipts: Pick<Receipts, 'explain'>;
  /** The first event of every stream. */
  readonly terms: Omit<InspectorHello, 'events'>;
}

/**
 * Streams events of the caller's session as server-sent events until it ends, then the reason. It
 * counts as one of the user's streams.
 */
export function eventStream({
  clock,
  facts,
  receipts,
  terms,
}: EventStreamDependencies): RequestHandler {
  async function explain(sessionId: string): Promise<InspectorEnd> {
    const receipt = await receipts.explain(sessionId).catch(() => null);
    const cause = receipt?.cause ?? null;
    return {
      cause,
      explanation:
        (EXPLANATIONS as Readonly<Record<string, string>>)[cause ?? ''] ?? 'The session is over.',
    };
  }

  return (req, res) => {
    const session = sessionOf(req);
    const { sessionId } = requirePrincipal(session);
    const gone = new AbortController();
    const release = streamsOf(session).take();
    res.once('close', () => gone.abort());
    const stream = openStream({
      streams: streamsOf(session).registry,
      session: streamsOf(session).follow(),
      client: gone.signal,
      onClose: release,
    });

    res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    send(res, 'hello', { ...terms, events: facts.of(sessionId) } satisfies InspectorHello);
    const stopListening = facts.listen(sessionId, (event: InspectorEvent) =>
      send(res, 'message', event),
    );
    const pinging = repeat(clock, PING_SECONDS, () => res.write(': still here\n\n'));

    async function finish(): Promise<void> {
      void pinging.stop();
      stopListening();
      if (stream.end && publicError(stream.end).httpStatus === 401)
        send(res, 'ended', await explain(sessionId));
      res.end();
    }
    if (stream.signal.aborted) void finish();
    else stream.signal.addEventListener('abort', () => void finish(), { once: true });
  };
}

function send(res: Response, event: string, data: object): void {
  res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
