import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, vi } from 'vitest';
import { freePort } from './free-port.ts';
import { end, isRunning, launch, launchOnFreePort } from './launch.ts';

/**
 * A server program that listens on the port in its first argument, and prints a line when it does.
 */
const SERVER = `require('node:net').createServer().listen(Number(process.argv[1]), '127.0.0.1', () => console.log('ready'))`;
const server = (port: number) =>
  launch({
    name: 'The server',
    file: process.execPath,
    parameters: ['-e', SERVER, String(port)],
    ready: /^ready$/,
  });

it('launch resolves when the server reports that it is ready, and its result stops the server', async () => {
  const child = await launchOnFreePort(server);
  expect(isRunning(child)).toBe(true);
  await end(child, 'SIGTERM');
  expect(isRunning(child)).toBe(false);
});

it('launch says in one sentence that the port is taken', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  await expect(server(port)).rejects.toThrow(
    'The server did not start: its port is taken: end the process that listens on it, and run the tests again.',
  );
  other.close();
});

it('launch takes another port when the first is taken in the meantime', async () => {
  const others = [createServer()];
  const child = await launchOnFreePort(async (port) => {
    const other = others.pop();
    if (other) await once(other.listen(port, '127.0.0.1'), 'listening');
    return server(port).finally(() => other?.close());
  });
  expect(isRunning(child)).toBe(true);
  await end(child, 'SIGTERM');
});

it('launch reports why a program does not start', async () => {
  await expect(
    launch({ name: 'The server', file: '/nonexistent/server', parameters: [], ready: /^ready$/ }),
  ).rejects.toThrow('The server did not start: spawn /nonexistent/server ENOENT');
});

it('a launched server stops when the process that started it is killed', async () => {
  const starter = `
    import { launchOnFreePort, launch } from ${JSON.stringify(new URL('./launch.ts', import.meta.url).href)};
    const parameters = ['-e', ${JSON.stringify(SERVER)}];
    const start = (port) => launch({ name: 'The server', file: process.execPath, parameters: [...parameters, String(port)], ready: /^ready$/ });
    console.log((await launchOnFreePort(start)).pid);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', starter], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(process.kill(pid, 0)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/), {
    timeout: 20_000,
    interval: 20,
  });
});
