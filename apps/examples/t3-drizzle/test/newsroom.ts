import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '~/server/app';
import { openSessions } from '~/server/auth/sessions';
import { connect } from '~/server/db';
import type { Mail } from '~/server/mailer';
import { openBrowser } from './browser';

/** A newsroom of its own, on a free port. */
export async function openNewsroom() {
  const mails: Mail[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'newsroom-'));
  const db = await connect(`file:${folder}/db.sqlite`);
  const sessions = await openSessions(`file:${folder}/db.sqlite`, db);
  const app = createApp({ db, sessions, sendMail: async (mail) => void mails.push(mail) });
  const server = app.listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}/api/trpc`;
  return {
    sessions,
    url,
    codeFor: (email: string) => mails.findLast(({ to }) => to === email)?.text.slice(-6) ?? '',
    browser: () => openBrowser(url),
    async close() {
      server.close();
      await sessions.layer.close();
      await sessions.database.close();
      db.$client.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Newsroom = Awaited<ReturnType<typeof openNewsroom>>;
