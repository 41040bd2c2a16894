import { env } from '~/env';
import { createApp } from '~/server/app';
import { deleteExpiredTokens } from '~/server/auth/tokens';
import { connect } from '~/server/db';
import { logMail } from '~/server/mailer';

const db = await connect(env.DATABASE_URL);
setInterval(() => void deleteExpiredTokens(db), 86_400_000).unref();
createApp({ db, sendMail: logMail }).listen(env.PORT, () => {
  console.log(`api on http://localhost:${env.PORT}`);
});
