import { createApp } from './app';
import { cleanUpSessions } from './auth/sessions';
import { config } from './config';
import { db } from './db';

const server = createApp().listen(config.port, () => {
  console.log(`timesheets on http://localhost:${config.port}`);
});

const cleanUp = setInterval(
  () => {
    cleanUpSessions().catch((error: unknown) => console.error('clean-up failed', error));
  },
  60 * 60 * 1000,
);

process.on('SIGTERM', () => {
  clearInterval(cleanUp);
  server.close(() => {
    void db.destroy();
  });
});
