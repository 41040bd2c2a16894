import express from 'express';
import jwt from 'jsonwebtoken';
import { type MountPeer, mountProtectedQuery, PERSON } from './peer-app.ts';

/** A string, as is common; the key is then derived again for each token. */
const SECRET = 'a secret of more than thirty-two bytes, from the environment';

/** An access token in the `Authorization` header, verified in `createContext`; nothing else. */
export const mountJsonWebToken: MountPeer = async (app) => {
  app.post('/login', express.json(), (request, response) => {
    if (request.body.password !== PERSON.password) return void response.sendStatus(401);
    response.json({ accessToken: signAccessToken(PERSON.name, 3_600) });
  });
  mountProtectedQuery(app, ({ req }) => ({ user: verifyAccessToken(req.headers.authorization) }));
  return null;
};

export function signAccessToken(name: string, seconds: number): string {
  return jwt.sign({ sub: PERSON.id, name }, SECRET, { algorithm: 'HS256', expiresIn: seconds });
}

/** @param authorization the header's value */
export function verifyAccessToken(
  authorization: string | undefined,
): { readonly name: string } | null {
  if (!authorization?.startsWith('Bearer ')) return null;
  try {
    const claims = jwt.verify(authorization.slice('Bearer '.length), SECRET, {
      algorithms: ['HS256'],
    });
    return typeof claims === 'string' ? null : { name: String(claims.name) };
  } catch {
    return null;
  }
}
