import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type AbortReport, abortRequests } from './aborts.ts';
import { disconnect, type LoadClient, loadClients } from './client.ts';
import { type SignInReport, signInAll } from './sign-ins.ts';
import { loadStreams, type OpenedReport, type Streams } from './streams.ts';

/** The clients of the scenes, which keep their cookies from one to the next. */
export interface Clients {
  signIn(count: number, password: string): Promise<SignInReport>;
  /** Aborts requests of the first clients that are signed in. */
  abort(count: number, requests: number, seed: number): Promise<AbortReport>;
  open(count: number): Promise<OpenedReport>;
  seen(): ReturnType<Streams['seen']>;
  closed(usernames: readonly string[]): ReturnType<Streams['closed']>;
  count(): Promise<number>;
  end(): Promise<void>;
}

/** @param event the kind of the event that `seen` waits for */
export function clientsHere(origin: string, event: string): Clients {
  const streams = loadStreams(event);
  let clients: LoadClient[] = [];
  return {
    signIn(count, password) {
      clients = loadClients(count);
      return signInAll(origin, clients, password).finally(disconnect);
    },
    abort: (count, requests, seed) =>
      abortRequests(origin, clients.slice(0, count), { requests, seed }).finally(disconnect),
    open: (count) => streams.open(origin, clients.slice(0, count)),
    seen: () => streams.seen(),
    closed: (usernames) => streams.closed(usernames),
    count: async () => streams.count(),
    end: async () => streams.end(),
  };
}

/** A call of a method of `Clients`, and its result. */
export interface ClientsCall {
  readonly method: keyof Clients;
  readonly given: readonly unknown[];
}

const MAIN = fileURLToPath(new URL('clients-main.ts', import.meta.url));

/**
 * Starts the clients in a process of their own, so that they do not slow the measuring users down.
 * Calls go one after another.
 */
export function clientsElsewhere(origin: string, event: string): Clients & { stop(): void } {
  const child = fork(MAIN, [origin, event], { execArgv: process.execArgv });
  const call =
    (method: keyof Clients) =>
    async (...given: unknown[]) => {
      child.send({ method, given } satisfies ClientsCall);
      const [result] = await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(([code]) => {
          throw new Error(`the clients ended with exit code ${code}`);
        }),
      ]);
      return result;
    };
  return {
    signIn: call('signIn'),
    abort: call('abort'),
    open: call('open'),
    seen: call('seen'),
    closed: call('closed'),
    count: call('count'),
    end: call('end'),
    stop: () => child.disconnect(),
  };
}
