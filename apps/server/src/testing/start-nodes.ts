import {
  type Browser,
  createBrowser,
  type SettableClock,
  settableClock,
} from '@latchkey/core/testing';
import { parseEnv } from '../config/env.ts';
import { startApp, type TestServer } from './start-app.ts';

/** The nodes of one deployment. */
export interface TestNodes extends Iterable<TestServer> {
  readonly clock: SettableClock;
  node(index: number): TestServer;
  /** A browser whose requests a balancer sends to one node after the other. */
  browser(): Browser;
  /**
   * Stops a node and starts another in its place, by default with the same environment. Balanced
   * browsers find it.
   */
  restart(index: number, variables?: Readonly<Record<string, string>>): Promise<TestServer>;
  /** Moves the clock of every node, and resolves when the work that became due has ended. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts several nodes of one deployment within this process: real HTTP, a real database, one clock
 * that stands still until it is moved. A test that kills a node, or is about its process, starts
 * processes instead (`process-fixture.ts`).
 *
 * @param shared as in the environment of a server process; `DATABASE_URL` is the store that they
 *   share
 * @param own what the environment of a node has in addition, in the order of the nodes
 */
export async function startNodes(
  count: number,
  shared: Readonly<Record<string, string>>,
  own: readonly Readonly<Record<string, string>>[] = [],
): Promise<TestNodes> {
  const clock = settableClock();
  const nodes: TestServer[] = [];
  const startOne = (variables: Readonly<Record<string, string>>) =>
    startApp({
      variables,
      session: parseEnv(variables).session,
      clock,
      jobs: true,
      ...databaseIn(variables),
    });
  const variablesOf = (index: number) => ({ ...shared, ...own[index] });
  while (nodes.length < count) nodes.push(await startOne(variablesOf(nodes.length)));
  const node = (index: number) => nodes[index] as TestServer;
  let turn = 0;
  const balanced: typeof fetch = (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(new URL(pathname + search, node(turn++ % count).origin), init);
  };
  return {
    clock,
    node,
    browser: () => createBrowser({ origin: node(0).origin, clock, fetch: balanced }),
    async restart(index, variables = variablesOf(index)) {
      await node(index).close();
      nodes[index] = await startOne(variables);
      return node(index);
    },
    pass: (seconds) => clock.pass(seconds),
    async close() {
      for (const each of nodes) await each.close();
    },
    [Symbol.iterator]: () => nodes[Symbol.iterator](),
  };
}

const databaseIn = ({ DATABASE_URL }: Readonly<Record<string, string>>) =>
  DATABASE_URL === undefined ? {} : { databaseUrl: DATABASE_URL };
