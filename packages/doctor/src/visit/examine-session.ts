import type { FindingCollector, Note } from '../finding.ts';
import { areaOf, type SettingNames, SPOOFED, type Visit } from './visit-options.ts';
import type { Visitor } from './visitor.ts';

const HANDSHAKE_MS = 4_000;

/**
 * Checks the client address, event streams and WebSockets of a signed-in caller, where the app has
 * them.
 *
 * @throws Error if the answer with the caller's address is not JSON
 */
export async function examineSession(
  visitor: Visitor,
  noted: FindingCollector,
  { url, paths, settings, streamSeconds }: Visit,
): Promise<void> {
  const { address, stream, webSocket } = paths;
  if (address !== null) await examineAddress(visitor, noted, address, settings);
  if (stream !== null) await examineStream(visitor, noted, stream, streamSeconds);
  if (webSocket !== null && !(await webSocketOpens(visitor, new URL(webSocket, url))))
    noted.warning(
      'websocket-blocked',
      'a WebSocket cannot be opened',
      'clients that use WebSockets cannot connect',
      `forward the headers Upgrade and Connection for ${areaOf(webSocket)}`,
    );
}

async function examineAddress(
  visitor: Visitor,
  { fault }: FindingCollector,
  path: string,
  { trustProxy }: SettingNames,
): Promise<void> {
  const { status, body } = await visitor.send(path);
  if (status === 404) noteUnknown(path, '--address', fault);
  else if (includes(body, SPOOFED))
    fault(
      'forwarded-for-believed',
      'the server trusts a client address that the caller forged',
      'limits by address can be evaded, and the audit log holds forged addresses',
      `set ${trustProxy} to the number of proxies, or their addresses; have the first of them replace X-Forwarded-For`,
    );
}

async function examineStream(
  visitor: Visitor,
  { fault, warning }: FindingCollector,
  path: string,
  withinSeconds: number,
): Promise<void> {
  const { status, hasBegun } = await openStream(visitor, path, withinSeconds);
  if (status === 404) noteUnknown(path, '--stream', fault);
  else if (!hasBegun)
    warning(
      'stream-buffered',
      'an event stream does not begin within four seconds',
      'live updates of pages do not arrive',
      `set proxy_buffering off and disable compression for ${areaOf(path)}`,
    );
}

function noteUnknown(path: string, option: string, fault: Note): void {
  fault(
    'path-unknown',
    `GET ${path} is answered 404`,
    'what the path is for was not checked',
    `have the proxy forward it, or name another path (${option})`,
  );
}

/** Whether a JSON body has a text; of a list of sessions, whether the current one has it. */
function includes(body: string, text: string): boolean {
  let current: unknown;
  const whole: unknown = JSON.parse(body, (_key, value) => {
    if (value?.current === true) current = value;
    return value;
  });
  return JSON.stringify(current ?? whole).includes(text);
}

interface OpenedStream {
  /** The HTTP status; `null` if there was no answer in time. */
  readonly status: number | null;
  readonly hasBegun: boolean;
}

async function openStream(
  visitor: Visitor,
  path: string,
  withinSeconds: number,
): Promise<OpenedStream> {
  const aborted = new AbortController();
  const late = setTimeout(() => aborted.abort(), withinSeconds * 1000);
  try {
    const response = await visitor.open(path, aborted.signal).catch(() => null);
    const first = await response?.body
      ?.getReader()
      .read()
      .catch(() => null);
    return {
      status: response?.status ?? null,
      hasBegun: response?.ok === true && first?.done === false,
    };
  } finally {
    clearTimeout(late);
    aborted.abort();
  }
}

function webSocketOpens(visitor: Visitor, target: URL): Promise<boolean> {
  const { origin } = target;
  target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:';
  return new Promise((resolve) => {
    const headers = { origin, cookie: visitor.cookieHeader() };
    const socket = new WebSocket(target, { headers });
    const settle = (isOpen: boolean) => {
      clearTimeout(late);
      resolve(isOpen);
      socket.close();
    };
    const late = setTimeout(() => settle(false), HANDSHAKE_MS);
    socket.addEventListener('open', () => settle(true), { once: true });
    socket.addEventListener('error', () => settle(false), { once: true });
  });
}
