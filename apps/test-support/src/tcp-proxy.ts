import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A TCP proxy that delays, loses and cuts connections to a server. */
export interface TcpProxy {
  readonly port: number;
  /** Delays all data by this many seconds in each direction. */
  delay(seconds: number): void;
  /**
   * Loses replies with this probability: the server has done its work, its reply does not arrive,
   * and the connection is reset.
   *
   * @param random numbers from 0 to 1
   */
  loseReplies(probability: number, random?: () => number): void;
  /** Resets every open connection. */
  reset(): void;
  /** Resets every open connection and refuses new ones until `heal`. */
  cut(): void;
  /** Ends all faults of the connection. */
  heal(): void;
  /** Number of replies lost so far. */
  readonly lost: number;
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy in front of a server.
 *
 * @param targetPort the server's port on 127.0.0.1
 */
export async function tcpProxy(targetPort: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let [delaySeconds, lossProbability, lost, isCut] = [0, 0, 0, false];
  let random = Math.random;

  const server = createServer((client) => {
    if (isCut) return client.resetAndDestroy();
    const upstream = connect(targetPort, '127.0.0.1');
    const breakBoth = () => breakAll([client, upstream]);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        breakBoth();
      });
    }
    forward(client, upstream, () => true);
    forward(upstream, client, () => {
      if (random() >= lossProbability) return true;
      lost += 1;
      breakBoth();
      return false;
    });
  });

  function forward(from: Socket, to: Socket, mayPass: () => boolean): void {
    /** Keeps the bytes in order when the delay has just decreased. */
    let before: Promise<unknown> = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      if (!mayPass()) return;
      const due = delaySeconds === 0 ? null : setTimeout(delaySeconds * 1000);
      before = Promise.all([before, due]).then(() => to.writable && to.write(chunk));
    });
  }

  const reset = () => breakAll(open);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    delay(seconds) {
      delaySeconds = seconds;
    },
    loseReplies(probability, source = Math.random) {
      [lossProbability, random] = [probability, source];
    },
    reset,
    cut() {
      isCut = true;
      reset();
    },
    heal() {
      [delaySeconds, lossProbability, isCut] = [0, 0, false];
    },
    get lost() {
      return lost;
    },
    async close() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}

function breakAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
}
