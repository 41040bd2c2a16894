import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { repeat, type SessionLayer, settleSeconds } from '@latchkey/core';
import { sessionOf } from '@latchkey/http';
import { publicError, requirePrincipal } from '@latchkey/trpc';
import { openStream, streamsOf } from '@latchkey/trpc/streams';
import type {
  InspectorAnswer,
  InspectorEnd,
  InspectorEvent,
  InspectorHello,
} from '../inspector-event.ts';
import type { Route } from './routes.ts';
import type { SessionFacts } from './session-facts.ts';

/**
 * How often a comment is sent: nginx closes a connection that is silent for 60 s
 * (`proxy_read_timeout`).
 */
const PING_SECONDS = 15;

export interface EventStreamDependencies {
  readonly layer: Pick<SessionLayer, 'clock' | 'options'>;
  readonly facts: SessionFacts;
  /** Whether waiting times can be skipped. */
  readonly canSkip: boolean;
  readonly explainEnd: ((sessionId: string) => Promise<InspectorEnd | null>) | undefined;
}

/**
 * Streams events of the caller's session as server-sent events until it ends, then the reason. It
 * counts as one of the user's streams.
 */
export function eventStream({ layer, facts, canSkip, explainEnd }: EventStreamDependencies): Route {
  const { graceSeconds } = layer.options;
  const terms = { graceSeconds, settleSeconds: settleSeconds(graceSeconds), canSkip };

  async function explain(sessionId: string): Promise<InspectorEnd> {
    const explained = await explainEnd?.(sessionId).catch(() => null);
    return explained ?? endIn(facts.of(sessionId));
  }

  return (request, response) => {
    const session = sessionOf(request);
    const { sessionId } = requirePrincipal(session);
    const streams = streamsOf(session);
    const gone = new AbortController();
    const release = streams.take();
    response.once('close', () => gone.abort());
    const stream = openStream({
      streams: streams.registry,
      session: streams.follow(),
      client: gone.signal,
      onClose: release,
    });
    let isOver = false;

    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    send(response, 'hello', {
      ...terms,
      events: facts.of(sessionId),
      answers: facts.answersOf(sessionId),
    } satisfies InspectorHello);
    const stopListening = facts.listen(sessionId, {
      onEvent(event: InspectorEvent) {
        send(response, 'message', event);
        isOver ||= isEnd(event);
      },
      onAnswer: (answer: InspectorAnswer) => send(response, 'answer', answer),
    });
    const pinging = repeat(layer.clock, PING_SECONDS, () => response.write(': still here\n\n'));
    /**
     * Also checks once a second: without a revocation feed, only the event reports that the session
     * has ended.
     */
    const leave = streams.registry.join({ onTick: () => isOver && stream.close() });

    async function finish(): Promise<void> {
      void pinging.stop();
      leave();
      const hasEnded = isOver || (stream.end && publicError(stream.end).httpStatus === 401);
      /**
       * Waits a turn, because a feed may report the end before the layer has emitted its events.
       */
      if (hasEnded) await setImmediate();
      stopListening();
      if (hasEnded) send(response, 'ended', await explain(sessionId));
      response.end();
    }
    if (stream.signal.aborted) void finish();
    else stream.signal.addEventListener('abort', () => void finish(), { once: true });
  };
}

const isEnd = ({ kind }: InspectorEvent) => kind === 'revoked' || kind === 'reuse';

function endIn(events: readonly InspectorEvent[]): InspectorEnd {
  const last = events.findLast(isEnd);
  const cause = last?.kind === 'revoked' ? last.reason : (last?.kind ?? null);
  return { cause, explanation: '' };
}

function send(response: ServerResponse, event: string, data: object): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
