import { once } from 'node:events';
import { systemClock } from '@latchkey/core';
import { createBrowser } from '@latchkey/core/testing';

// Starts the app, signs in and makes the first authenticated query with the app's own client.
// Prints the milliseconds that each took, and the answer.
process.env.PORT = '0';
const times: number[] = [];
let last = performance.now();
const lap = () => {
  const now = performance.now();
  times.push(Math.round(now - last));
  last = now;
};

const { server } = await import('./server.ts');
if (!server.listening) await once(server, 'listening');
lap();
const address = server.address();
const origin = `http://localhost:${typeof address === 'object' && address?.port}`;
const browser = createBrowser({ origin, clock: systemClock, fetch: globalThis.fetch });
globalThis.fetch = (to, init) =>
  browser.fetch(to instanceof Request ? to : new URL(to, origin), init);
const { client } = await import('./client.tsx');
await client.auth.login.mutate({ username: 'ada', password: 'right' });
lap();
const answer = await client.mine.query();
lap();
console.log(JSON.stringify({ times, answer }));
process.exit(0);
