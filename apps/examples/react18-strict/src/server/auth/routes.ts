import { randomUUID } from 'node:crypto';
import bcrypt from 'bcryptjs';
import cookieParser from 'cookie-parser';
import { type CookieOptions, json, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { config } from '../config';
import type { Db, Member } from '../db';
import { createTokens, revoke, revokeAll, rotate, type Tokens, verifyAccessToken } from './tokens';

const COOKIE = 'chores_refresh';
const cookieOptions: CookieOptions = {
  httpOnly: true,
  sameSite: 'strict',
  secure: config.secureCookies,
  path: '/api/auth',
};

const credentials = z.object({ name: z.string().min(1), password: z.string().min(6) });

const publicMember = ({ id, name, isAdmin }: Member) => ({ id, name, isAdmin });

/** The access token goes to the page, which keeps it in memory; the refresh token is a cookie. */
function respond(res: Response, member: Member, { accessToken, refreshToken }: Tokens) {
  res.cookie(COOKIE, refreshToken, {
    ...cookieOptions,
    maxAge: config.refreshTokenSeconds * 1000,
  });
  res.json({
    accessToken,
    expiresIn: config.accessTokenSeconds,
    member: publicMember(member),
  });
}

export function authRoutes(db: Db) {
  const router = Router();
  router.use(json(), cookieParser());

  router.post('/register', async (req: Request, res: Response) => {
    const input = credentials.safeParse(req.body);
    if (!input.success) return res.status(400).json({ message: 'Name and password, please' });
    const { name, password } = input.data;
    if (db.data.members.some((member) => member.name === name)) {
      return res.status(409).json({ message: 'This name is taken' });
    }
    const member: Member = {
      id: randomUUID(),
      name,
      passwordHash: await bcrypt.hash(password, 8),
      isAdmin: db.data.members.length === 0,
    };
    db.data.members.push(member);
    respond(res, member, await createTokens(db, member));
  });

  router.post('/login', async (req: Request, res: Response) => {
    const input = credentials.safeParse(req.body);
    const member = input.data && db.data.members.find(({ name }) => name === input.data.name);
    if (!member || !(await bcrypt.compare(input.data.password, member.passwordHash))) {
      return res.status(401).json({ message: 'Wrong name or password' });
    }
    respond(res, member, await createTokens(db, member));
  });

  router.post('/refresh', async (req: Request, res: Response) => {
    const token: string | undefined = req.cookies[COOKIE];
    const rotated = token && (await rotate(db, token));
    if (!rotated) {
      res.clearCookie(COOKIE, cookieOptions);
      return res.status(401).json({ message: 'Please sign in again' });
    }
    respond(res, rotated.member, rotated);
  });

  router.post('/logout', async (req: Request, res: Response) => {
    if (req.cookies[COOKIE]) await revoke(db, req.cookies[COOKIE]);
    res.clearCookie(COOKIE, cookieOptions);
    res.json({ message: 'Bye' });
  });

  router.post('/logout-everywhere', async (req: Request, res: Response) => {
    const caller = verifyAccessToken(req.headers.authorization);
    if (!caller) return res.status(401).json({ message: 'Please sign in' });
    await revokeAll(db, caller.memberId);
    res.clearCookie(COOKIE, cookieOptions);
    res.json({ message: 'Bye' });
  });

  return router;
}
