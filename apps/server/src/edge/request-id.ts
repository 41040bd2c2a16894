import type { Request, RequestHandler } from 'express';

/** Assigns a random id to each request (`X-Request-Id`), which its log lines repeat. */
export const assignRequestId: RequestHandler = (_req, res, next) => {
  res.setHeader('x-request-id', crypto.randomUUID());
  next();
};

/** The id of a request that came through {@link assignRequestId}. */
export function requestIdOf(request: object): string {
  return String((request as Request).res?.getHeader('x-request-id'));
}
