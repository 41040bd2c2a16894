import type { Browser, FetchInit } from '@latchkey/core/testing';
import { WebSocket as NodeWebSocket } from 'ws';
import type { Surroundings } from './client.ts';

/**
 * A page's surroundings in Node: fetch and WebSockets that send a jar's cookies and keep what the
 * server sets, a handshake's too.
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
