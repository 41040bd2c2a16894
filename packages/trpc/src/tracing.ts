import { hashSecret, type RefreshOutcome, type SessionStore } from '@latchkey/core';
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Step } from './express.ts';
import type { RequestSession } from './request-session.ts';

/**
 * Spans for OpenTelemetry. Without an SDK they cost next to nothing. Attributes say what was decided and never who it was about: a session is named by
 * a hash that only serves to tell it from others.
 */
const startSpan = (name: string): Span => trace.getTracer('@latchkey/trpc').startSpan(name);

/** One span around steps that end with `next`; what follows them is not within it. */
export function tracedAuthentication(step: Step, sessionOf: (request: object) => RequestSession): Step {
  return (request, response, next) => {
    const outside = context.active();
    const span = startSpan('latchkey.authenticate');
    context.with(trace.setSpan(outside, span), () =>
      step(request, response, (error) => {
        if (error !== undefined) failed(span, error);
        else if (span.isRecording()) tell(span, sessionOf(request));
        span.end();
        context.with(outside, next, undefined, error);
      }),
    );
  };
}

/** A span around one refresh, with its decision. */
export function tracedRefresh(refresh: () => Promise<RefreshOutcome>): Promise<RefreshOutcome> {
  return inSpan('latchkey.refresh', refresh, (span, outcome) => {
    span.setAttribute('latchkey.decision', outcome.kind === 'refreshed' ? outcome.decision : 'refused');
    if (outcome.kind === 'refused') span.setAttribute('latchkey.reason', outcome.reason);
    nameSession(span, outcome.kind === 'refused' ? outcome.sessionId : null);
  });
}

/** The same store, with a span `latchkey.store.<verb>` around each call. */
export function tracedStore(store: SessionStore): SessionStore {
  const verbs = Object.entries(store) as [string, (...parameters: unknown[]) => Promise<unknown>][];
  const traced = verbs.map(([verb, call]) => [verb, (...parameters: unknown[]) => inSpan(`latchkey.store.${verb}`, () => call(...parameters))]);
  return Object.fromEntries(traced) as SessionStore;
}

async function inSpan<T>(name: string, work: () => Promise<T>, describe?: (span: Span, result: T) => void): Promise<T> {
  const span = startSpan(name);
  try {
    const result = await context.with(trace.setSpan(context.active(), span), work);
    if (describe && span.isRecording()) describe(span, result);
    return result;
  } catch (error) {
    failed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function tell(span: Span, { authentication, outage, refreshed }: RequestSession): void {
  if (outage) {
    failed(span, outage);
    return;
  }
  const outcome = authentication.kind === 'anonymous' ? 'anonymous' : refreshed?.kind === 'refreshed' ? 'refreshed' : 'authenticated';
  span.setAttribute('latchkey.outcome', outcome);
  if (authentication.kind === 'anonymous') span.setAttribute('latchkey.reason', authentication.reason);
  else nameSession(span, authentication.principal.sessionId);
}

function nameSession(span: Span, sessionId: string | null): void {
  if (sessionId !== null) span.setAttribute('latchkey.session', hashSecret(Buffer.from(sessionId)).slice(0, 16));
}

/** The class of an error and no more: messages may quote what they were given. */
function failed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
}
