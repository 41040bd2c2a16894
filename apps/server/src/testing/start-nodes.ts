import {
  type Browser,
  createBrowser,
  type SettableClock,
  settableClock,
} from '@latchkey/core/testing';
import { parseEnv } from '../config/env.ts';
import { startApp, type TestServer } from './start-app.ts';

/** The nodes of one test deployment. */
export interface TestNodes extends Iterable<TestServer> {
  readonly clock: SettableClock;
  node(index: number): TestServer;
  /** Creates a browser whose requests are balanced over the nodes in turn. */
  browser(): Browser;
  /**
   * Replaces a node by a new one, by default with the same environment variables. Balanced browsers
   * use the new one.
   */
  restart(index: number, variables?: Readonly<Record<string, string>>): Promise<TestServer>;
  /** Advances the clock of every node; resolves once the work that is due then is done. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts several nodes of one deployment within this process: real HTTP, a real database, one
 * manual clock. Tests that kill a node or concern its process start processes instead
 * (`process-fixture.ts`).
 *
 * @param shared environment variables of all nodes; `DATABASE_URL` is their common store
 * @param own additional environment variables of each node, in order
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
