import { publicError, refuse, sendError } from '@latchkey/trpc';
import { TRPCError } from '@trpc/server';
import type { ErrorRequestHandler } from 'express';
import type { Logger } from '../process/log.ts';
import { requestIdOf } from './request-id.ts';

/** Logs an error if it is a fault of the server. */
export type Report = (error: unknown, request: object) => void;

export function faultReport(logger: Logger): Report {
  return (error, request) => {
    const { code, reason = null } = publicError(error);
    const isFault = code === 'INTERNAL_SERVER_ERROR' || reason === 'store_unavailable';
    if (isFault)
      logger.error({
        event: 'fault',
        reason,
        requestId: requestIdOf(request),
        err: causeOf(error),
      });
  };
}

/**
 * Creates the last error handler of the Express app: it answers every error in the same JSON shape.
 */
export function answerErrors(report: Report): ErrorRequestHandler {
  return (error, req, res, next) => {
    const known = httpError(error);
    report(known, req);
    if (res.headersSent) next(known);
    else sendError(res, known);
  };
}

/**
 * Maps errors of Express and its body parsers, which carry an HTTP status, to the app's own errors.
 */
function httpError(error: unknown): unknown {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) return refuse('body_too_large');
  if (status === 415) return refuse('unsupported_media_type');
  if (status === 400 && error instanceof SyntaxError)
    return refuse('invalid_input', { message: 'The request body is not valid JSON.' });
  if (error instanceof URIError)
    return refuse('invalid_input', { message: 'The address is not valid.' });
  if (status === 404) return refuse('not_found');
  return typeof status === 'number' && status < 500 ? refuse('invalid_input') : error;
}

function causeOf(error: unknown): unknown {
  return error instanceof TRPCError && error.cause ? error.cause : error;
}
