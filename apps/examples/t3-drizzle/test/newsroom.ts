import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '~/server/app';
import { connect } from '~/server/db';
import type { Mail } from '~/server/mailer';
import { openBrowser } from './browser';

/** A newsroom of its own, on a free port. */
export async function openNewsroom() {
  const mails: Mail[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'newsroom-'));
  const db = await connect(`file:${folder}/db.sqlite`);
  const app = createApp({ db, sendMail: async (mail) => void mails.push(mail) });
  const server = app.listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}/api/trpc`;
  return {
    db,
    url,
    codeFor: (email: string) => mails.findLast(({ to }) => to === email)?.text.slice(-6) ?? '',
    browser: () => openBrowser(url),
    close() {
      server.close();
      db.$client.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Newsroom = Awaited<ReturnType<typeof openNewsroom>>;
