import type { Server, ServerResponse } from 'node:http';
import { Server as Listener, type Socket } from 'node:net';
import { type Clock, repeat, startTimer, systemClock } from '@latchkey/core';
import type { ReadinessGate } from '../edge/readiness.ts';

/** Exit codes of the process. */
export const EXIT = {
  /** Every request under way was answered, and all pending data is written. */
  clean: 0,
  /** The server could not start, or an unexpected error occurred. */
  fault: 1,
  /** The server was stopped, and cut off requests that took too long. */
  cutOff: 3,
} as const;

export interface DrainOptions {
  readonly server: Server;
  readonly gate: Pick<ReadinessGate, 'drain'>;
  /**
   * The clock that times `leadSeconds`. All later steps use the machine's timers, because the
   * process must end.
   */
  readonly clock: Clock;
  /** Asks the client of every stream to reconnect to another node. */
  readonly endStreams: () => void;
  /** Writes pending data and closes the stores. */
  readonly close: () => Promise<void>;
  /** Called with the number of requests and of unused connections that were cut off. */
  readonly onCutOff: (what: { readonly requests: number; readonly unused: number }) => void;
}

export interface DrainLimits {
  /**
   * Seconds for which a stopping server still serves while `/readyz` answers 503, so that load
   * balancers notice.
   */
  readonly leadSeconds: number;
  /** Seconds that requests under way may take after `leadSeconds`. */
  readonly drainSeconds: number;
}

/** Seconds for pending writes after the time for requests is over. */
const CLOSE_SECONDS = 5;

const SWEEP_SECONDS = 0.05;
/**
 * Seconds for which a connection must have been idle before it is closed. A proxy may have just
 * sent a request over it, and does not repeat an unsafe one. Proxies reuse the connection that they
 * used last, so one that has been idle this long is not reused.
 */
const LINGER_SECONDS = 1;
const SHORT_LOOP_TURN_MS = 1;
/**
 * Maximum number of turns of the event loop to wait for a short one: on a busy machine, none may
 * ever be short.
 */
const MAX_LOOP_TURNS = 100;
/** Seconds that a new connection may take to send its first request. */
const UNUSED_SECONDS = 0.5;

/** Stops a server without making a request fail. */
export interface Drain {
  /**
   * Makes `/readyz` answer 503, keeps serving for `leadSeconds`, stops accepting connections, waits
   * for the requests under way, then closes the stores.
   *
   * @returns `false` if requests or writes were cut off
   */
  run(limits: DrainLimits): Promise<boolean>;
}

/**
 * Tracks the server's connections and unanswered requests. Create it before the server listens.
 */
export function drain({ server, gate, clock, endStreams, close, onCutOff }: DrainOptions): Drain {
  const owed = new Set<ServerResponse>();
  /**
   * Connections that have not sent a request yet, such as those that browsers preconnect. Node does
   * not count them as idle.
   */
  const unused = new Set<Socket>();
  /**
   * When each idle connection's last response was finished, in milliseconds of `performance.now`.
   */
  const idleSince = new Map<Socket, number>();
  let last = false;
  /**
   * Sets `Connection: close` before Express runs, so that a proxy does not send another request
   * over a connection that is about to be closed.
   */
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => {
      unused.delete(socket);
      idleSince.delete(socket);
    });
  });
  server.prependListener('request', ({ socket }, response) => {
    unused.delete(socket);
    idleSince.delete(socket);
    owed.add(response);
    response.once('close', () => {
      owed.delete(response);
      if (!socket.destroyed) idleSince.set(socket, performance.now());
    });
    if (last) announceClose(response);
  });

  async function run({ leadSeconds, drainSeconds }: DrainLimits): Promise<boolean> {
    gate.drain();
    await new Promise<void>((resolve) => startTimer(clock, leadSeconds, resolve));

    await shortLoopTurn();

    /**
     * From here on a connection serves at most one more request. If this began earlier, proxies
     * would make new connections all the time, and lose those that are no longer accepted.
     */
    last = true;
    for (const response of owed) announceClose(response);
    /** Closes only the listener; Node's `server.close` would also end idle connections at once. */
    const closed = new Promise<true>((resolve) =>
      Listener.prototype.close.call(server, () => resolve(true)),
    );
    endStreams();
    const lingerMs = Math.min(LINGER_SECONDS, leadSeconds) * 1000;
    /**
     * Sweeps after a turn of the event loop that reads what has arrived: on a busy machine a
     * request may be waiting on a connection that looks idle.
     */
    const sweep = repeat(systemClock, SWEEP_SECONDS, () => shortLoopTurn().then(endIdle));
    const cancelDrop = startTimer(systemClock, UNUSED_SECONDS, () =>
      shortLoopTurn().then(endUnused),
    );
    const answered = await Promise.race([closed, seconds(drainSeconds)]);
    void sweep.stop();
    cancelDrop();
    if (answered !== true) onCutOff({ requests: owed.size, unused: unused.size });
    server.closeAllConnections();
    const written = await Promise.race([close().then(() => true as const), seconds(CLOSE_SECONDS)]);
    return answered === true && written === true;

    function endIdle(): void {
      for (const [socket, since] of idleSince)
        if (performance.now() - since >= lingerMs) socket.destroy();
    }

    function endUnused(): void {
      for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
    }
  }

  return { run };
}

/**
 * Resolves right after a short turn of the event loop. Closing a listener or a connection loses
 * what waits to be accepted or read; a turn of the loop accepts and reads all of it, and little can
 * have arrived since the start of a short turn.
 */
async function shortLoopTurn(): Promise<void> {
  for (let turns = 0; turns < MAX_LOOP_TURNS; turns++) {
    const began = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    if (turns > 0 && performance.now() - began < SHORT_LOOP_TURN_MS) return;
  }
}

function announceClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}
