import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from './free-port.ts';
import { end, isRunning, launch, launchOnFreePort } from './launch.ts';

/** A server on the port of its first argument that says when it listens. */
const SERVER = `require('node:net').createServer().listen(Number(process.argv[1]), '127.0.0.1', () => console.log('ready'))`;
const server = (port: number) => launch({ name: 'The server', file: process.execPath, parameters: ['-e', SERVER, String(port)], ready: /^ready$/ });

it('resolves when the server says that it is ready, and ends it', async () => {
  const child = await launchOnFreePort(server);
  expect(isRunning(child)).toBe(true);
  await end(child, 'SIGTERM');
  expect(isRunning(child)).toBe(false);
});

it('says in one sentence that the port is taken', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  await expect(server(port)).rejects.toThrow('The server did not start: its port is taken: end the process that listens on it, and run the tests again.');
  other.close();
});

it('takes another port when the first is taken in the meantime', async () => {
  const others = [createServer()];
  const child = await launchOnFreePort(async (port) => {
    const other = others.pop();
    if (other) await once(other.listen(port, '127.0.0.1'), 'listening');
    return server(port).finally(() => other?.close());
  });
  expect(isRunning(child)).toBe(true);
  await end(child, 'SIGTERM');
});

it('says why a program does not start', async () => {
  await expect(launch({ name: 'The server', file: '/nonexistent/server', parameters: [], ready: /^ready$/ })).rejects.toThrow(
    'The server did not start: spawn /nonexistent/server ENOENT',
  );
});
