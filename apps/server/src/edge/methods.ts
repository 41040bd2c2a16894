import { refuse, sendError } from '@latchkey/trpc';
import type { RequestHandler } from 'express';

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** The method must be one of ours, and the path well-formed (ASVS 4.1.4). */
export const refuseOddRequests: RequestHandler = (req, res, next) => {
  if (!METHODS.includes(req.method)) {
    res.setHeader('allow', METHODS.join(', '));
    return sendError(res, refuse('method_not_allowed'));
  }
  decodeURIComponent(req.path);
  next();
};
