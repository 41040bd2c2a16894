import type { Socket } from 'node:net';
import type { Encoder } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';
import type { CallScheduler, Job } from './call-scheduler.ts';
import { CLOSE_CODES, closeConnection } from './websocket-connection.ts';

/**
 * Calls in one frame at most. A client that comes back asks for all its subscriptions in one. They
 * start one by one, as calls of several frames do.
 */
const MAX_CALLS = 100;
/** Jobs that wait before the socket is not read any more. */
const MAX_WAITING = 10;
/**
 * Bytes of answers that wait to be read before no further call starts; more than the socket itself
 * buffers, so that it tells when they are gone.
 */
const MAX_UNREAD = 128 * 1024;
/**
 * Bytes of answers that wait to be read before the connection is closed: subscriptions write
 * without being asked.
 */
const MAX_UNREAD_AT_ALL = 1024 * 1024;

interface Call {
  readonly id: number | string;
  readonly method: string;
  readonly path: string;
}

export interface FramesOptions {
  readonly client: WebSocket;
  readonly socket: Socket;
  readonly calls: CallScheduler;
  /** The user's id; null without a session. */
  readonly owner: string | null;
  /**
   * The first message says with what the context is made (`?connectionParams=1`): tRPC does not
   * answer it.
   */
  readonly expectsParameters: boolean;
  /** The answer to a call that is not to start now, or null. */
  readonly refuse: (call: Call) => unknown;
}

/** Stands between a connection and tRPC's handler for it. */
export interface Frames {
  /** For tRPC's handler. */
  readonly encoder: Encoder;
  /** True while answers wait to be read, so that nothing starts. */
  readonly isUnread: boolean;
  /**
   * Takes over from tRPC's handler, once that listens to the connection: what arrives is handed to
   * it a call at a time, by the scheduler.
   */
  takeOver(): void;
}

const NOTHING = Symbol('nothing is being handed on');

export function frames({
  client,
  socket,
  calls,
  owner,
  expectsParameters,
  refuse,
}: FramesOptions): Frames {
  const queue = calls.connect(owner, () => client.resume());
  /** How many calls of each id are under way. */
  const underWay = new Map<unknown, number>();
  let handedOn: unknown = NOTHING;
  let [awaitsParameters, isUnread] = [expectsParameters, false];

  function noteUnread(): void {
    if (client.bufferedAmount > MAX_UNREAD_AT_ALL)
      closeConnection(client, CLOSE_CODES.tryAgainLater, 'overloaded');
    if (isUnread === client.bufferedAmount > MAX_UNREAD) return;
    isUnread = !isUnread;
    queue.hold(isUnread);
  }

  function noteAnswer(id: unknown): void {
    const count = underWay.get(id);
    if (count === undefined) return;
    if (count > 1) underWay.set(id, count - 1);
    else underWay.delete(id);
    queue.release();
  }

  const encoder: Encoder = {
    encode(message) {
      const { id } = message as { id?: unknown };
      // Without an id it answers what is being handed on, which tRPC could not read.
      noteAnswer(id ?? (isCall(handedOn) ? handedOn.id : null));
      noteUnread();
      return JSON.stringify(message);
    },
    decode: (data) => (handedOn === NOTHING ? parseFrame(data) : handedOn),
  };

  function jobsOf(raw: Buffer, isBinary: boolean, handOn: (message: unknown) => void): Job[] {
    const whole = [{ calls: 0, run: () => handOn(NOTHING) }];
    const text = raw.toString();
    if (isBinary || text === 'PING' || text === 'PONG') return whole;
    if (awaitsParameters) {
      awaitsParameters = false;
      return whole;
    }
    try {
      return [parseFrame(text)]
        .flat()
        .map((message) => ({ calls: isCall(message) ? 1 : 0, run: () => start(message, handOn) }));
    } catch {
      // tRPC answers it with an error.
      return whole;
    }
  }

  function start(message: unknown, handOn: (message: unknown) => void): void {
    if (!isCall(message)) {
      handOn(message);
      return;
    }
    const { id, method, params } = message;
    underWay.set(id, (underWay.get(id) ?? 0) + 1);
    const refused = refuse({ id, method, path: params.path });
    if (refused === null) handOn(message);
    else client.send(encoder.encode(refused) as string);
  }

  return {
    encoder,
    get isUnread() {
      return isUnread;
    },
    takeOver() {
      const listeners = client.listeners('message') as ((raw: Buffer, isBinary: boolean) => void)[];
      client.removeAllListeners('message');
      client.on('message', (raw: Buffer, isBinary: boolean) => {
        const handOn = (message: unknown) => {
          handedOn = message;
          for (const listener of listeners) listener(raw, isBinary);
          handedOn = NOTHING;
        };
        for (const job of jobsOf(raw, isBinary, handOn)) queue.push(job);
        if (queue.waiting > MAX_WAITING) client.pause();
      });
      // ws would answer each at once, read or not.
      client.on('ping', (data: Buffer) => client.bufferedAmount > MAX_UNREAD || client.pong(data));
      socket.on('drain', noteUnread);
      client.once('close', () => {
        queue.close();
        for (const count of underWay.values())
          for (let call = 0; call < count; call++) queue.release();
        underWay.clear();
      });
    },
  };
}

/**
 * What tRPC answers, sooner or later, with this id. It checks the rest of what it is given in the
 * same way.
 */
function isCall(
  message: unknown,
): message is { id: number | string; method: string; params: { path: string } } {
  if (typeof message !== 'object' || message === null) return false;
  const { id, method, params } = message as {
    id?: unknown;
    method?: unknown;
    params?: { path?: unknown } | null;
  };
  const isKnown = method === 'query' || method === 'mutation' || method === 'subscription';
  return (
    isKnown &&
    (typeof id === 'number' || typeof id === 'string') &&
    typeof params?.path === 'string'
  );
}

function parseFrame(data: unknown): unknown {
  if (typeof data !== 'string') throw new TypeError('a frame must be text');
  const message: unknown = JSON.parse(data);
  if (Array.isArray(message) && message.length > MAX_CALLS)
    throw new RangeError(`a frame may hold at most ${MAX_CALLS} calls`);
  return message;
}
