import { requestProtocol } from '@latchkey/http';
import { refuse, sendError } from '@latchkey/trpc';
import type { RequestHandler } from 'express';

/**
 * Rejects plain HTTP in production. It does not redirect, because the cookies and the body have
 * already been sent unencrypted.
 */
export const requireHttps: RequestHandler = (req, res, next) => {
  if (requestProtocol(req) === 'https') next();
  else sendError(res, refuse('https_required'));
};
