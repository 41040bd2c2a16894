import { hashSecret, type RefreshOutcome, type SessionStore } from '@latchkey/core';
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestSession } from './request-session.ts';

/**
 * Spans for OpenTelemetry. Without an SDK they cost next to nothing. Attributes say what was
 * decided and never who it was about: a session is named by a hash that only serves to tell it from
 * others.
 */
export const startSpan = (name: string): Span => trace.getTracer('@latchkey/http').startSpan(name);

/** A span around one refresh, with its decision. */
export function tracedRefresh(refresh: () => Promise<RefreshOutcome>): Promise<RefreshOutcome> {
  return inSpan('latchkey.refresh', refresh, (span, outcome) => {
    span.setAttribute(
      'latchkey.decision',
      outcome.kind === 'refreshed' ? outcome.decision : 'refused',
    );
    if (outcome.kind === 'refused') span.setAttribute('latchkey.reason', outcome.reason);
    nameSession(span, outcome.kind === 'refused' ? outcome.sessionId : null);
  });
}

/** The same store, with a span `latchkey.store.<verb>` around each call. */
export function tracedStore(store: SessionStore): SessionStore {
  const verbs = Object.entries(store) as [string, (...parameters: unknown[]) => Promise<unknown>][];
  const traced = verbs.map(([verb, call]) => [
    verb,
    (...parameters: unknown[]) => inSpan(`latchkey.store.${verb}`, () => call(...parameters)),
  ]);
  return Object.fromEntries(traced) as SessionStore;
}

async function inSpan<T>(
  name: string,
  work: () => Promise<T>,
  describe?: (span: Span, result: T) => void,
): Promise<T> {
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

/** Says in a span who is calling, without naming them. */
export function describeCaller(
  span: Span,
  { authentication, outage, refreshed }: RequestSession,
): void {
  if (outage) {
    failed(span, outage);
    return;
  }
  const outcome =
    authentication.kind === 'anonymous'
      ? 'anonymous'
      : refreshed?.kind === 'refreshed'
        ? 'refreshed'
        : 'authenticated';
  span.setAttribute('latchkey.outcome', outcome);
  if (authentication.kind === 'anonymous')
    span.setAttribute('latchkey.reason', authentication.reason);
  else nameSession(span, authentication.principal.sessionId);
}

function nameSession(span: Span, sessionId: string | null): void {
  if (sessionId !== null)
    span.setAttribute('latchkey.session', hashSecret(Buffer.from(sessionId)).slice(0, 16));
}

/** The class of an error and no more: messages may quote what they were given. */
export function failed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
}
