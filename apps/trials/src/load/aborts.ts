import { connect } from 'node:net';
import { seededRandom } from '@latchkey/test-support';
import { call, headersOf, type LoadClient, pause, receive } from './client.ts';

export interface AbortReport {
  readonly seconds: number;
  /** Number of aborted requests by the point at which they were cut. */
  readonly cut: Readonly<Record<string, number>>;
  /** Complete requests that were refused for load. */
  readonly refused: number;
  /** Complete requests without a response, which are repeated as browsers and our client do. */
  readonly unanswered: number;
  /** Users who were not served with their session, in between or afterwards. */
  readonly lost: readonly string[];
}

/** Points at which a client cuts its connection. */
const CUTS = ['within the headers', 'once sent', 'a moment later', 'in the response'] as const;
type Cut = (typeof CUTS)[number];

/** Of so many requests of a user one is complete, and its cookies are stored. */
const COMPLETE_EVERY = 10;
const LATER_MS = 20;
/** Milliseconds after which a response counts as missing. */
const RESPONSE_MS = 30_000;
const MAX_ATTEMPTS = 20;
const SECONDS_AFTER_NONE = 1;
const SESSION = '/trpc/auth.session';
const REFRESH = '/refresh';

/**
 * Sends requests whose connections the clients cut at random points, half of them without an access
 * token so that they refresh; afterwards each client must still be signed in.
 */
export async function abortRequests(
  origin: string,
  clients: readonly LoadClient[],
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<AbortReport> {
  const random = seededRandom(seed);
  const cut: Record<string, number> = {};
  const lost: string[] = [];
  let [refused, unanswered, left] = [0, 0, requests];
  const began = performance.now();

  /** Sends a complete request, again while the server is busy. */
  async function check(client: LoadClient, when: string, isExpired: boolean): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const answer = await call(origin, client, { path: SESSION, isExpired }).catch(() => null);
      if (answer?.status === 200 && answer.body.includes(`"username":"${client.username}"`)) return;
      if (answer && (answer.status !== 503 || answer.retryAfter === null)) {
        lost.push(`${when}: ${client.username} ${answer.status} ${answer.body.slice(0, 200)}`);
        return;
      }
      if (answer) refused++;
      else unanswered++;
      await pause((answer?.retryAfter ?? SECONDS_AFTER_NONE) * 1000);
    }
    lost.push(`${when}: ${client.username} got no answer ${MAX_ATTEMPTS} times`);
  }

  /** Aborts one request, again while there is no connection to cut; false if there was none. */
  async function abortOne(client: LoadClient): Promise<boolean> {
    const point = CUTS[Math.floor(random() * CUTS.length)] ?? CUTS[0];
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (await abort(origin, client, point, random)) {
        cut[point] = (cut[point] ?? 0) + 1;
        return true;
      }
      await pause(SECONDS_AFTER_NONE * 1000);
    }
    lost.push(`in between: ${client.username} could not connect ${MAX_ATTEMPTS} times`);
    return false;
  }

  async function live(client: LoadClient): Promise<void> {
    for (let turn = 1; left > 0; turn++) {
      if (turn % COMPLETE_EVERY === 0) await check(client, 'in between', random() < 0.5);
      else {
        left--;
        if (!(await abortOne(client))) return;
      }
    }
  }

  await Promise.all(clients.map(live));
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(clients.map((client) => check(client, 'afterwards', true)));
  return { seconds, cut, refused, unanswered, lost };
}

/**
 * Sends a request over its own connection and cuts it; with a reset or an orderly end.
 *
 * @returns false if there was no connection to cut
 */
function abort(
  origin: string,
  client: LoadClient,
  point: Cut,
  random: () => number,
): Promise<boolean> {
  const { hostname, port, host } = new URL(origin);
  const isPost = random() < 0.2;
  const headers = {
    host,
    ...headersOf(client, random() < 0.5),
    ...(isPost && { 'content-type': 'application/json', 'content-length': '2' }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [isPost ? `POST ${REFRESH} HTTP/1.1` : `GET ${SESSION} HTTP/1.1`, ...lines, '', ''];
  const text = head.join('\r\n') + (isPost ? '{}' : '');
  const sent =
    point === 'within the headers' ? text.slice(0, 1 + random() * (text.length - 5)) : text;
  const [isReset, isStored, later] = [random() < 0.5, random() < 0.5, random() * LATER_MS];

  return new Promise((resolve) => {
    const socket = connect({ port: Number(port), host: hostname });
    let isConnected = false;
    const end = () => void (isReset ? socket.resetAndDestroy() : socket.destroy());
    socket.setTimeout(RESPONSE_MS, end);
    socket.on('error', () => {});
    socket.on('close', () => resolve(isConnected));
    socket.on('connect', () => {
      isConnected = true;
      socket.write(sent, () => {
        if (point === 'a moment later') setTimeout(end, later);
        else if (point !== 'in the response') end();
      });
    });
    socket.on('data', (chunk: Buffer) => {
      if (point !== 'in the response') return;
      /** A browser may have read the headers before its connection broke. */
      if (isStored) receive(client, setCookiesIn(chunk.toString('latin1')));
      end();
    });
  });
}

function setCookiesIn(response: string): string[] {
  const [head = ''] = response.split('\r\n\r\n');
  if (head.length === response.length) return [];
  return [...head.matchAll(/^set-cookie: (.*)$/gim)].map(([, header = '']) => header);
}
