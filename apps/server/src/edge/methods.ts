import { refuse, sendError } from '@latchkey/trpc';
import type { RequestHandler } from 'express';

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/**
 * The method must be one of ours, the version one that we speak, and the path well-formed (ASVS
 * 4.1.4).
 */
export const rejectMalformedRequests: RequestHandler = (req, res, next) => {
  if (!METHODS.includes(req.method)) {
    res.setHeader('allow', METHODS.join(', '));
    return sendError(res, refuse('method_not_allowed'));
  }
  if (req.httpVersionMajor !== 1)
    throw refuse('invalid_input', { message: 'This server speaks HTTP/1.1.' });
  decodeURIComponent(req.path);
  next();
};
