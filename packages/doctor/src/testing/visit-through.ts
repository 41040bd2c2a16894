import { visit } from '../visit/visit.ts';
import { type Misbehaviour, startProxy } from './broken-proxy.ts';
import { APP } from './start-app.ts';

type Headers = Record<string, string | string[] | undefined>;

/** Visits a server through a proxy; returns the identifiers of the findings. */
export async function visitThrough(proxy: Misbehaviour, target: string): Promise<string[]> {
  const { origin, close } = await startProxy(target, proxy);
  /** Shortens the wait for a stream that the proxy holds back: it never begins. */
  const streamSeconds = proxy.buffers ? { streamSeconds: 0.5 } : {};
  const found = await visit({ ...APP, url: new URL(origin), ...streamSeconds });
  await close();
  return found.map(({ id }) => id);
}

/** Makes a function that removes a header. */
export const without =
  (name: string) =>
  ({ [name]: _dropped, ...rest }: Headers): Headers =>
    rest;

/** Changes each Set-Cookie header of the server's answers. */
export const cookiesChanged = (change: (header: string) => string): Misbehaviour => ({
  onAnswer: (headers) =>
    headers['set-cookie']
      ? { ...headers, 'set-cookie': [headers['set-cookie']].flat().map(change) }
      : headers,
});
