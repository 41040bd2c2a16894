import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import type { RequestSession } from '../request/request-session.ts';
import { describeCaller, failed, startSpan } from '../request/tracing.ts';
import type { Middleware } from './middleware.ts';

/** Wraps authenticating middleware in one span; what follows it is outside the span. */
export function tracedAuthentication(
  middleware: Middleware,
  sessionOf: (request: object) => RequestSession,
): Middleware {
  return (request, response, next) => {
    const span = startSpan('latchkey.authenticate');
    // Without a tracer there is no context to carry.
    if (!isSpanContextValid(span.spanContext())) return middleware(request, response, next);
    const outside = context.active();
    context.with(trace.setSpan(outside, span), () =>
      middleware(request, response, (error) => {
        if (error !== undefined) failed(span, error);
        else if (span.isRecording()) describeCaller(span, sessionOf(request));
        span.end();
        context.with(outside, next, undefined, error);
      }),
    );
  };
}
