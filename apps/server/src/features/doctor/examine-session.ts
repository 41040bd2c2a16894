import { WebSocket } from 'ws';
import type { findings } from './finding.ts';
import type { Visitor } from './visitor.ts';

/** An address for documentation (RFC 5737): a server that believes it has not checked. */
export const SPOOFED = '203.0.113.77';
const STREAM_SECONDS = 4;

/** Examines what a signed-in caller sees: addresses, event streams and WebSockets. */
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
      'the server believes the address that a caller writes itself',
      'limits by address can be walked around, and the audit log lies',
      'set TRUST_PROXY to the number of proxies, or their addresses; have the first of them replace X-Forwarded-For',
    );
  if (!(await streamBegins(visitor, streamSeconds)))
    warning(
      'stream-buffered',
      'an event stream does not begin within four seconds',
      'live parts of pages stand still',
      'proxy_buffering off, and no compression, for /trpc',
    );
  if (!(await webSocketOpens(visitor, url)))
    warning(
      'websocket-blocked',
      'a WebSocket cannot be opened',
      'clients that use them cannot',
      'pass Upgrade and Connection on for /trpc',
    );
}

/** tRPC greets at once, before the first event. */
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
