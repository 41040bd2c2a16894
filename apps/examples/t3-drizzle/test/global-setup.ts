import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { openNewsroom } from './newsroom';

/** The server for tests in jsdom, where Node's code does not run: other Uint8Array, other Request. */
export default async function setup(project: TestProject) {
  const newsroom = await openNewsroom();
  const mailbox = createServer((request, response) => {
    response.end(newsroom.codeFor(decodeURIComponent(request.url?.slice(1) ?? '')));
  }).listen(0);
  await new Promise((resolve) => mailbox.once('listening', resolve));
  project.provide('url', newsroom.url);
  project.provide('mailbox', `http://localhost:${(mailbox.address() as AddressInfo).port}`);
  return async () => {
    mailbox.close();
    await newsroom.close();
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    url: string;
    mailbox: string;
  }
}
