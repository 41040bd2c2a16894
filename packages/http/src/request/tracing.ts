import {
  type Authentication,
  hashSecret,
  type RefreshOutcome,
  type SessionStore,
} from '@latchkey/core';
import { context, isSpanContextValid, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

/**
 * Starts a span. Without an OpenTelemetry SDK it costs next to nothing. Attributes never identify a
 * person: a session is given by a hash.
 */
const startSpan = (name: string): Span => trace.getTracer('@latchkey/http').startSpan(name);

/** Runs the authentication of a request in a span; directly, without a promise, if none is kept. */
export function tracedAuthentication<State extends CallerState>(
  authenticate: () => State | Promise<State>,
): State | Promise<State> {
  const span = startSpan('latchkey.authenticate');
  return isSpanContextValid(span.spanContext())
    ? inSpan(span, async () => authenticate(), describeCaller)
    : authenticate();
}

/** Runs a refresh in a span that records its decision. */
export function tracedRefresh(refresh: () => Promise<RefreshOutcome>): Promise<RefreshOutcome> {
  return inSpan(startSpan('latchkey.refresh'), refresh, (span, outcome) => {
    span.setAttribute(
      'latchkey.decision',
      outcome.kind === 'refreshed' ? outcome.decision : 'refused',
    );
    if (outcome.kind === 'refused') span.setAttribute('latchkey.reason', outcome.reason);
    nameSession(span, outcome.kind === 'refused' ? outcome.sessionId : null);
  });
}

/**
 * Wraps a session store with a span `latchkey.store.<method>` around each call.
 *
 * @example
 * import { createSessionLayer, systemClock } from '@latchkey/core';
 * import { tracedStore } from '@latchkey/http';
 * import { sqlSessionStore } from '@latchkey/sql';
 *
 * const traced = tracedStore(sqlSessionStore(database));
 * const layer = createSessionLayer({ ring, store: traced, users, clock: systemClock });
 */
export function tracedStore(store: SessionStore): SessionStore {
  const traced =
    <P extends unknown[], R>(method: keyof SessionStore, call: (...parameters: P) => Promise<R>) =>
    (...parameters: P) =>
      inSpan(startSpan(`latchkey.store.${method}`), () => call(...parameters));
  return {
    create: traced('create', (session) => store.create(session)),
    find: traced('find', (sessionId) => store.find(sessionId)),
    rotate: traced('rotate', (match, next) => store.rotate(match, next)),
    recordDelivery: traced('recordDelivery', (...delivery) => store.recordDelivery(...delivery)),
    acknowledge: traced('acknowledge', (batch) => store.acknowledge(batch)),
    setTokenVersion: traced('setTokenVersion', (...version) => store.setTokenVersion(...version)),
    recordAuthentication: traced('recordAuthentication', (sessionId, at) =>
      store.recordAuthentication(sessionId, at),
    ),
    revoke: traced('revoke', (...revocation) => store.revoke(...revocation)),
    revokeAllOfUser: traced('revokeAllOfUser', (...revocation) =>
      store.revokeAllOfUser(...revocation),
    ),
    findByUser: traced('findByUser', (...query) => store.findByUser(...query)),
    purge: traced('purge', (...range) => store.purge(...range)),
  };
}

async function inSpan<T>(
  span: Span,
  work: () => Promise<T>,
  describe?: (span: Span, result: T) => void,
): Promise<T> {
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

/** The outcome of a request's authentication. */
export interface CallerState {
  readonly authentication: Authentication;
  readonly outage: unknown;
  readonly refreshed: RefreshOutcome | null;
}

/** Records in a span how the caller was authenticated. */
function describeCaller(span: Span, { authentication, outage, refreshed }: CallerState): void {
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

/** Records an error in a span, but only its class: messages may quote input. */
function failed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
}
