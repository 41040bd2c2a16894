import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A network in front of a real server, which a test may make as bad as it likes. */
export interface TcpProxy {
  readonly port: number;
  /** Everything takes this much longer, in each direction. */
  delay(seconds: number): void;
  /**
   * From now on replies are lost with this probability: the server has done what it was asked, its
   * answer never arrives, and the connection is reset.
   *
   * @param random numbers from 0 to 1
   */
  loseReplies(probability: number, random?: () => number): void;
  /** Breaks every connection there is, in the middle of whatever it does. */
  reset(): void;
  /** Refuses new connections and breaks those there are, until it is healed. */
  cut(): void;
  /** Nothing is delayed, lost or cut any more. */
  heal(): void;
  /** How many replies were lost so far. */
  readonly lost: number;
  close(): Promise<void>;
}

/** @param targetPort where the real server listens, on 127.0.0.1 */
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
    /** Bytes stay in order, also where the delay has just become less. */
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
