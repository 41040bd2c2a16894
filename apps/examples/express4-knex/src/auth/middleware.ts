import type { NextFunction, Request, Response } from 'express';
import type { UserRow } from '../db';
import { ACCESS_COOKIE } from './cookies';
import { isSessionActive } from './sessions';
import { verifyAccessToken } from './tokens';
import { findActiveUser } from './users';

export interface Caller {
  user: UserRow;
  sessionId: string;
}

export async function callerOf(req: Request): Promise<Caller | null> {
  const token = req.cookies[ACCESS_COOKIE] ?? req.get('authorization')?.replace(/^Bearer /, '');
  const payload = verifyAccessToken(token);
  if (!payload || !(await isSessionActive(payload.sid))) return null;
  const user = await findActiveUser(Number(payload.sub));
  return user && { user, sessionId: payload.sid };
}

/** For the routes outside tRPC. */
export function requireUser(req: Request, res: Response, next: NextFunction) {
  callerOf(req)
    .then((caller) => {
      if (!caller) return res.status(401).json({ error: 'Please sign in' });
      res.locals.user = caller.user;
      next();
    })
    .catch(next);
}
