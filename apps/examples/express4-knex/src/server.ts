import { createApp } from './app';
import { openSessions } from './auth/sessions';
import { config } from './config';
import { db } from './db';

async function main() {
  const sessions = await openSessions();
  const server = createApp(sessions).listen(config.port, () => {
    console.log(`timesheets on http://localhost:${config.port}`);
  });

  const cleanUp = setInterval(
    () => {
      sessions.cleanUp().catch((error: unknown) => console.error('clean-up failed', error));
    },
    60 * 60 * 1000,
  );

  process.on('SIGTERM', () => {
    clearInterval(cleanUp);
    server.close(() => {
      void Promise.all([sessions.close(), db.destroy()]);
    });
  });
}

void main();
