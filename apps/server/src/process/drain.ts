import type { Server, ServerResponse } from 'node:http';
import { Server as Listener, type Socket } from 'node:net';
import { type Clock, repeat, startTimer, systemClock } from '@latchkey/core';
import type { ReadinessGate } from '../edge/readiness.ts';

/** What the process ends with. */
export const EXIT = {
  /** Everything under way was answered and written. */
  clean: 0,
  /** It could not start, or something went wrong that was not foreseen. */
  fault: 1,
  /** Told to stop, it cut off what took too long. */
  cutOff: 3,
} as const;

export interface DrainOptions {
  readonly server: Server;
  readonly gate: Pick<ReadinessGate, 'drain'>;
  /**
   * The lead is by it; everything after that is by the machine's timers, for then the process must
   * end.
   */
  readonly clock: Clock;
  /** Asks every holder of a stream to reconnect elsewhere. */
  readonly endStreams: () => void;
  /** Writes what waits and closes the stores. */
  readonly close: () => Promise<void>;
  /** Told what had not come to its end in time. */
  readonly onCutOff: (what: { readonly requests: number; readonly unused: number }) => void;
}

export interface DrainLimits {
  /** How long it goes on serving while `/readyz` says no, so that balancers notice. */
  readonly leadSeconds: number;
  /** How long requests under way may take from then on. */
  readonly drainSeconds: number;
}

/** What remains for the writes when requests have used up their time. */
const CLOSE_SECONDS = 5;

const SWEEP_SECONDS = 0.05;
/**
 * How long a connection must have been idle before it is closed: a proxy may have sent a request
 * over it a moment ago, which it will not repeat if it may have changed something. Proxies take the
 * one they used last, so what has been idle that long will not be taken again.
 */
const LINGER_SECONDS = 1;
const SHORT_TURN_MS = 1;
/** On a busy machine no turn may be short. */
const MAX_TURNS = 100;
/** How long a connection that was just made may take to ask for something. */
const UNUSED_SECONDS = 0.5;

/** Stops a server without failing a request. */
export interface Drain {
  /**
   * Says no to balancers, serves on for a while, accepts no more connections, waits for the
   * requests under way, then closes the stores.
   *
   * @returns `false` when something had to be cut off
   */
  run(limits: DrainLimits): Promise<boolean>;
}

/**
 * Must be made before the server has answered anything: it keeps account of the answers that are
 * still owed.
 */
export function drain({ server, gate, clock, endStreams, close, onCutOff }: DrainOptions): Drain {
  const owed = new Set<ServerResponse>();
  /**
   * Connections over which nothing was asked yet, as browsers keep some ready. Node does not count
   * them as idle.
   */
  const unused = new Set<Socket>();
  /** When each connection's last answer was out, milliseconds of the process. */
  const idleSince = new Map<Socket, number>();
  let last = false;
  /**
   * Before Express sees it: a proxy must not send the next request over a connection that is about
   * to end.
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
    if (last) sayLast(response);
  });

  async function run({ leadSeconds, drainSeconds }: DrainLimits): Promise<boolean> {
    gate.drain();
    await new Promise<void>((resolve) => startTimer(clock, leadSeconds, resolve));

    await shortTurn();

    /**
     * From here on a connection serves once more at most. Before, proxies would make new ones all
     * the time, and lose those that are not accepted any more.
     */
    last = true;
    for (const response of owed) sayLast(response);
    /** The listener alone: Node's own close ends idle connections at once. */
    const closed = new Promise<true>((resolve) =>
      Listener.prototype.close.call(server, () => resolve(true)),
    );
    endStreams();
    const lingerMs = Math.min(LINGER_SECONDS, leadSeconds) * 1000;
    /**
     * After what has arrived was read: on a busy machine a request may be waiting at a connection
     * that looks idle.
     */
    const sweep = repeat(systemClock, SWEEP_SECONDS, () => shortTurn().then(endIdle));
    const cancelDrop = startTimer(systemClock, UNUSED_SECONDS, () => shortTurn().then(endUnused));
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
 * Resolves right after a turn of the event loop that was short. What waits to be accepted or read
 * is lost when a listener or a connection is closed; a turn accepts and reads all of it, and after
 * a short one little can have come since.
 */
async function shortTurn(): Promise<void> {
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    const began = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    if (turns > 0 && performance.now() - began < SHORT_TURN_MS) return;
  }
}

function sayLast(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}
