import { requestProtocol } from '@latchkey/http';
import { refuse, sendError } from '@latchkey/trpc';
import type { RequestHandler } from 'express';

/**
 * Rejects plain HTTP (in production). Nothing is redirected: its cookies and body would already
 * have been sent in the clear.
 */
export const requireHttps: RequestHandler = (req, res, next) => {
  if (requestProtocol(req) === 'https') next();
  else sendError(res, refuse('https_required'));
};
