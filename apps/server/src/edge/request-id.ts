import type { Request, RequestHandler } from 'express';

/** Gives each request the id under which its answer, its log lines and its errors can be found. */
export const assignRequestId: RequestHandler = (_req, res, next) => {
  res.setHeader('x-request-id', crypto.randomUUID());
  next();
};

/** The id of a request that came through {@link assignRequestId}. */
export function requestIdOf(request: object): string {
  return String((request as Request).res?.getHeader('x-request-id'));
}
