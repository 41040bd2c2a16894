import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../src/app';
import { openSessions, type Sessions } from '../src/auth/sessions';
import { db } from '../src/db';

export let sessions: Sessions;
let app: Express;

beforeAll(async () => {
  sessions = await openSessions();
  app = createApp(sessions);
});
afterAll(async () => {
  await sessions.close();
  await db.destroy();
});

/** A browser: keeps cookies and calls procedures. */
export function browser() {
  const agent = request.agent(app);
  return {
    agent,
    query: (path: string) => agent.get(`/trpc/${path}`),
    mutate: (path: string, input: object = {}) => agent.post(`/trpc/${path}`).send(input),
  };
}

export async function registered(role: 'employee' | 'manager' = 'employee') {
  const user = browser();
  const email = `${randomUUID()}@example.com`;
  await user
    .mutate('auth.register', { email, name: 'Test User', password: 'correct horse' })
    .expect(200);
  if (role === 'manager') await db('users').where({ email }).update({ role });
  return { ...user, email };
}

/** Moves the clock of the process: everything asks Date.now(). */
export function travel(seconds: number) {
  const now = Date.now();
  return jest.spyOn(Date, 'now').mockImplementation(() => now + seconds * 1000);
}
