import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FeedStatements } from './count-statements.ts';

/** The stores of a node, of which at least one is set. */
export interface NodeOptions {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** Whether the node only polls, without PostgreSQL's notifications. */
  readonly isPollingOnly: boolean;
}

export interface Request {
  readonly id: number;
  readonly ask: 'issue' | 'revoke' | 'refusal' | 'statements';
  readonly value: string;
}

/** A node in a separate process. Times are milliseconds by the machine's clock. */
export interface NodeProcess {
  issue(): Promise<{ readonly accessToken: string; readonly sessionId: string }>;
  /**
   * Revokes a session.
   *
   * @returns when it was done, and its response could be sent
   */
  revoke(sessionId: string): Promise<number>;
  /**
   * Presents an access token every millisecond.
   *
   * @returns when it was first refused
   */
  refusal(accessToken: string): Promise<number>;
  /** Returns how many statements of the revocation feed the node has sent to PostgreSQL. */
  statements(): Promise<FeedStatements>;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('./revocation-node.ts', import.meta.url));

export async function startNode(options: NodeOptions): Promise<NodeProcess> {
  const child = fork(MAIN, [JSON.stringify(options)], {
    execArgv: ['--conditions=@latchkey/source'],
  });
  const waiting = new Map<number, (result: never) => void>();
  child.on('message', ({ id, result }: { id: number; result: never }) => {
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let last = 0;
  const answerTo = <Result>(id: number) =>
    new Promise<Result>((resolve) => waiting.set(id, resolve));
  const ask = <Result>(what: Request['ask'], value = '') => {
    const request: Request = { id: ++last, ask: what, value };
    child.send(request);
    return answerTo<Result>(request.id);
  };
  const ended = once(child, 'exit');
  await Promise.race([
    answerTo(0),
    ended.then(([code]) => Promise.reject(new Error(`a node ended with exit code ${code}`))),
  ]);
  return {
    issue: () => ask('issue'),
    revoke: (sessionId) => ask('revoke', sessionId),
    refusal: (accessToken) => ask('refusal', accessToken),
    statements: () => ask('statements'),
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}
