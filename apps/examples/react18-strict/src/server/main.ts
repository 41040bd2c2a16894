import { purgeExpired } from '@latchkey/core';
import { createApp } from './app';
import { config } from './config';
import { openDb } from './db';
import { openSessions } from './sessions';

const services = await openSessions(await openDb(config.dataFile), config.sessions);
const { store } = services;
setInterval(
  () => void purgeExpired(store, Date.now()).catch(console.error),
  24 * 60 * 60 * 1000,
).unref();
createApp(services).listen(config.port, () => console.log(`http://localhost:${config.port}`));
