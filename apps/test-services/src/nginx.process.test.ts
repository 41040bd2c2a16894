import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { startNginx } from './nginx.ts';

it('a started nginx passes requests on to a server of the test', async () => {
  const server = createServer((request, response) =>
    response.end(`behind ${request.headers['x-forwarded-for']}`),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const nginx = await startNginx(
    (port) => `server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://127.0.0.1:${(server.address() as AddressInfo).port};
        proxy_set_header X-Forwarded-For $remote_addr;
      }
    }`,
  );
  const response = await fetch(`http://127.0.0.1:${nginx.port}/`);
  expect(await response.text()).toBe('behind 127.0.0.1');
  await nginx.stop();
  server.close();
});
