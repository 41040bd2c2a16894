import type { Request, RequestHandler } from 'express';

/**
 * Assigns a random id to each request, sends it as `X-Request-Id`, and makes it part of the
 * request's log lines.
 */
export const assignRequestId: RequestHandler = (_req, res, next) => {
  res.setHeader('x-request-id', crypto.randomUUID());
  next();
};

/** Returns the id that {@link assignRequestId} gave to a request. */
export function requestIdOf(request: object): string {
  return String((request as Request).res?.getHeader('x-request-id'));
}
