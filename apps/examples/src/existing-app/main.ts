import type { AddressInfo } from 'node:net';
import { randomSecret, systemClock } from '@latchkey/core';
import { createApp } from './after/server.ts';
import { openClub } from './club.ts';

/**
 * `npm run example -- existing-app <port>`: starts the example app as it is after the adoption of
 * Latchkey, in memory.
 */
const [port = '4000'] = process.argv.slice(2);
const club = openClub(':memory:');
await club.addMember('ada@example.com', 'password', { isAdmin: true });
await club.addMember('bob@example.com', 'password');
const app = await createApp({
  club,
  secret: randomSecret(32).toString('base64url'),
  sessions: 'memory:',
  now: systemClock.now,
});

const server = app.listen(Number(port), '127.0.0.1', () => {
  const url = `http://localhost:${(server.address() as AddressInfo).port}/trpc`;
  console.log(`The club's API is at ${url}, for ada@example.com (committee) and bob@example.com, both with the password "password". Try:

  curl -c jar -H 'content-type: application/json' -d '{"username":"bob@example.com","password":"password"}' ${url}/auth.login
  curl -b jar -c jar ${url}/me
  curl -b jar -c jar ${url}/members    (403: bob is not on the committee)

Ctrl-C ends it.`);
});
