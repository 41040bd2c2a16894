import { purgeExpired } from '@latchkey/core';
import { env } from '~/env';
import { createApp } from '~/server/app';
import { openSessions } from '~/server/auth/sessions';
import { connect } from '~/server/db';
import { logMail } from '~/server/mailer';

const db = await connect(env.DATABASE_URL);
const sessions = await openSessions(env.DATABASE_URL, db);
setInterval(
  () => void purgeExpired(sessions.store, Date.now()).catch(console.error),
  86_400_000,
).unref();
createApp({ db, sessions, sendMail: logMail }).listen(env.PORT, () => {
  console.log(`api on http://localhost:${env.PORT}`);
});
