import { createApp } from './app';
import { removeExpired } from './auth/tokens';
import { config } from './config';
import { openDb } from './db';

const db = await openDb(config.dataFile);
setInterval(() => void removeExpired(db), 24 * 60 * 60 * 1000).unref();
createApp(db).listen(config.port, () => console.log(`http://localhost:${config.port}`));
