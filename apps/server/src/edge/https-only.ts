import { requestProtocol } from '@latchkey/http';
import { refuse, sendError } from '@latchkey/trpc';
import type { RequestHandler } from 'express';

/**
 * In production nothing is answered over plain HTTP, and no call is redirected: what it carried
 * would have been sent in the clear already.
 */
export const requireHttps: RequestHandler = (req, res, next) => {
  if (requestProtocol(req) === 'https') next();
  else sendError(res, refuse('https_required'));
};
