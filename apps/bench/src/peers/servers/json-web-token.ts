import express from 'express';
import jwt from 'jsonwebtoken';
import { type MountPeer, mountProtectedQuery, PERSON } from './peer-app.ts';

/** The secret is a string, as is common; jsonwebtoken then derives the key again for each token. */
const SECRET = 'a secret of more than thirty-two bytes, from the environment';

/**
 * Mounts jsonwebtoken: an access token in the `Authorization` header is verified in
 * `createContext`, and nothing else is checked.
 */
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

/**
 * Verifies the access token of a request.
 *
 * @param authorization the value of the `Authorization` header
 */
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
