import { request } from 'node:http';
import type { LookupFunction } from 'node:net';

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface RawInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Without asking the system for `localhost`, which costs more than the request. */
const toLoopback: LookupFunction = (_hostname, { all }, callback) =>
  all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

/**
 * One request with just these headers: unlike `fetch`, it may say about itself whatever a browser
 * could, and what none would.
 */
export function sendRaw(
  origin: string,
  path: string,
  { method = 'GET', headers = {}, body = '' }: RawInit = {},
): Promise<RawReply> {
  const { hostname, port } = new URL(origin);
  const length = body && { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        path,
        method,
        headers: { ...headers, ...length },
        ...(hostname === 'localhost' && { lookup: toLoopback }),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
