import { refuse, sendError } from '@latchkey/trpc';
import type { RequestHandler } from 'express';

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/**
 * Rejects requests with a method other than GET, HEAD, POST and OPTIONS, with an HTTP version other
 * than 1.x, or with a malformed path (ASVS 4.1.4).
 */
export const rejectMalformedRequests: RequestHandler = (req, res, next) => {
  if (!METHODS.includes(req.method)) {
    res.setHeader('allow', METHODS.join(', '));
    return sendError(res, refuse('method_not_allowed'));
  }
  if (req.httpVersionMajor !== 1)
    throw refuse('invalid_input', { message: 'The HTTP version is not supported: use HTTP/1.1.' });
  decodeURIComponent(req.path);
  next();
};
