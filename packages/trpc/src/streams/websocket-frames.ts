import type { Socket } from 'node:net';
import type { Encoder } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';
import type { CallScheduler, Job } from './call-scheduler.ts';
import { CLOSE_CODES, closeConnection } from './websocket-connection.ts';

/** The most calls in one frame. A client that reconnects sends all its subscriptions in one. */
const MAX_CALLS = 100;
/** How many jobs may wait before the socket is no longer read. */
const MAX_WAITING = 10;
/**
 * How many bytes of answers may be unread before no call starts. More than the socket's own buffer,
 * so that it emits `drain`.
 */
const MAX_UNREAD = 128 * 1024;
/**
 * How many bytes of answers may be unread before the connection is closed: subscriptions go on
 * writing.
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
  /** The id of the connection's user; `null` without a session. */
  readonly owner: string | null;
  /**
   * Whether the first message carries connection parameters (`?connectionParams=1`), which get no
   * answer.
   */
  readonly expectsParameters: boolean;
  /** Returns the answer to a call that must not start; `null` to start it. */
  readonly refuse: (call: Call) => unknown;
}

/** Controls the messages between a connection and tRPC's handler for it. */
export interface Frames {
  /** The encoder that tRPC's handler uses. */
  readonly encoder: Encoder;
  /** True while too many answers are unread, so that no call starts. */
  readonly isUnread: boolean;
  /**
   * Takes the messages over from tRPC's handler, which must be listening already: the scheduler
   * gives them to it one call at a time.
   */
  takeOver(): void;
}

const NOTHING = Symbol('no message');

export function frames({
  client,
  socket,
  calls,
  owner,
  expectsParameters,
  refuse,
}: FramesOptions): Frames {
  const queue = calls.connect(owner, () => client.resume());
  /** The running calls, by their ids. */
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
      // An answer without an id is for the current message, which tRPC could not parse.
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
      // Passed on whole, because tRPC answers it with a parse error.
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
      // Pongs are sent here: ws would answer each ping at once, even to a peer that does not read.
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

/** Whether tRPC will answer this message with its id: it checks the same fields. */
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
