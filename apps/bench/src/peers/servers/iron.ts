import express from 'express';
import { getIronSession, type SessionOptions } from 'iron-session';
import { type MountPeer, mountProtectedQuery, PERSON } from './peer-app.ts';

interface SessionData {
  user?: { readonly name: string };
}

const OPTIONS: SessionOptions = {
  password: 'a password of more than thirty-two characters, from the environment',
  cookieName: 'session',
};

/** Mounts iron-session: the whole session is in a sealed cookie, which each request opens. */
export const mountIron: MountPeer = async (app) => {
  app.post('/login', express.json(), async (request, response) => {
    if (request.body.password !== PERSON.password) return void response.sendStatus(401);
    const session = await getIronSession<SessionData>(request, response, OPTIONS);
    session.user = { name: PERSON.name };
    await session.save();
    response.json({});
  });
  mountProtectedQuery(app, async ({ req, res }) => ({
    user: (await getIronSession<SessionData>(req, res, OPTIONS)).user ?? null,
  }));
  return null;
};
