import { WebSocket } from 'ws';
import type { findings } from '../finding.ts';
import type { Visitor } from './visitor.ts';

/** A documentation address (RFC 5737): a server that reports it trusts forged headers. */
export const SPOOFED = '203.0.113.77';
const STREAM_SECONDS = 4;

/** Checks the client address, event streams and WebSockets of a signed-in caller. */
export async function examineSession(
  visitor: Visitor,
  { fault, warning }: ReturnType<typeof findings>,
  { url, streamSeconds = STREAM_SECONDS }: { readonly url: URL; readonly streamSeconds?: number },
): Promise<void> {
  const sessions = await visitor.send('/trpc/account.sessions');
  const { result } = JSON.parse(sessions.body) as {
    result?: { data: { sessions: { current: boolean; ipAddress: string | null }[] } };
  };
  if (result?.data.sessions.find(({ current }) => current)?.ipAddress === SPOOFED)
    fault(
      'forwarded-for-believed',
      'the server trusts a client address that the caller forged',
      'limits by address can be evaded, and the audit log holds forged addresses',
      'set TRUST_PROXY to the number of proxies, or their addresses; have the first of them replace X-Forwarded-For',
    );
  if (!(await streamBegins(visitor, streamSeconds)))
    warning(
      'stream-buffered',
      'an event stream does not begin within four seconds',
      'live updates of pages do not arrive',
      'set proxy_buffering off and disable compression for /trpc',
    );
  if (!(await webSocketOpens(visitor, url)))
    warning(
      'websocket-blocked',
      'a WebSocket cannot be opened',
      'clients that use WebSockets cannot connect',
      'forward the headers Upgrade and Connection for /trpc',
    );
}

/** tRPC sends a `connected` event at once. */
async function streamBegins(visitor: Visitor, withinSeconds: number): Promise<boolean> {
  const aborted = new AbortController();
  const late = setTimeout(() => aborted.abort(), withinSeconds * 1000);
  try {
    const response = await visitor.open('/trpc/account.watchSecurityEvents', aborted.signal);
    const first = await response.body?.getReader().read();
    return response.ok && first?.done === false;
  } catch {
    return false;
  } finally {
    clearTimeout(late);
    aborted.abort();
  }
}

function webSocketOpens(visitor: Visitor, url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const target = new URL('/trpc', url);
    target.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(target, {
      origin: url.origin,
      handshakeTimeout: STREAM_SECONDS * 1000,
      headers: { cookie: visitor.cookieHeader() },
    });
    socket.once('open', () => {
      resolve(true);
      socket.close();
    });
    socket.once('error', () => resolve(false));
  });
}
