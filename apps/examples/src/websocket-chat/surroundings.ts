import type { Browser, FetchInit } from '@latchkey/core/testing';
import { WebSocket as NodeWebSocket } from 'ws';
import type { Surroundings } from './client.ts';

/**
 * Provides a page's environment in Node: fetch and WebSockets that send the cookies of a jar and
 * store those that the server sets, in a handshake too.
 */
export function surroundingsOf(browser: Browser): Surroundings {
  const Connecting = class extends NodeWebSocket {
    constructor(url: string) {
      super(url, { headers: { cookie: browser.send('/').cookieHeader } });
      this.on('upgrade', ({ headers }) => browser.receive(headers['set-cookie'] ?? []));
    }
  };
  return {
    fetch: (input, init) => browser.fetch(input as string, init as FetchInit),
    WebSocket: Connecting as unknown as typeof WebSocket,
  };
}
