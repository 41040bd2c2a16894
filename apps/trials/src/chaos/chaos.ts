import { requestCount, type ServerProcess, startedServer } from '@latchkey/server/testing';
import {
  startPostgres,
  startRedis,
  type TestPostgres,
  type TestRedis,
} from '@latchkey/test-services';
import { seededRandom, type TcpProxy, tcpProxy } from '@latchkey/test-support';
import { type ChaosClient, chaosClient } from './chaos-client.ts';

export interface ChaosOptions {
  readonly store: 'postgres' | 'redis';
  readonly clients: number;
  /** Number of rounds; each kills every process and cuts every connection once. */
  readonly rounds: number;
  /**
   * Number of requests that are answered before the first fault, during each fault that lasts, and
   * after each one.
   */
  readonly requests: number;
  readonly accessTokenSeconds: number;
  readonly seed: number;
  readonly onProgress?: (text: string) => void;
}

export interface ChaosReport {
  readonly requests: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly rotations: number;
  readonly lostReplies: number;
  readonly kills: number;
  /**
   * Honest browsers that were answered 401, and other unexpected responses. Both lists must be
   * empty.
   */
  readonly signedOut: readonly string[];
  readonly unexpected: readonly string[];
  /** Number of sign-outs that were answered 200, and how many of those sessions came back. */
  readonly signOuts: number;
  readonly cameBack: number;
  /**
   * Number of browsers that were ahead of the store, because it had confirmed a rotation and then
   * lost it.
   */
  readonly lostRotations: number;
  /**
   * Seconds from the end of each fault until both nodes were ready again, by the process or network
   * concerned.
   */
  readonly recoverySeconds: Readonly<Record<string, readonly number[]>>;
}

const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 5').toString('base64url');
/** Number of refused requests after which a store's outage ends. */
const REFUSALS = 5;
const LOSSES = 3;
const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * Runs two nodes on PostgreSQL (and Redis) behind TCP proxies, under load, and kills each process
 * and cuts each connection in turn.
 */
export async function runChaos({
  store,
  clients: count,
  rounds,
  requests,
  accessTokenSeconds,
  seed,
  onProgress = () => {},
}: ChaosOptions): Promise<ChaosReport> {
  const random = seededRandom(seed);
  const postgres = await startPostgres();
  const redis = store === 'redis' ? await startRedis() : null;
  const networks = [
    await tcpProxy(Number(new URL(postgres.url).port)),
    ...(redis ? [await tcpProxy(redis.port)] : []),
  ];
  const [toPostgres, toRedis] = networks;
  const variables = {
    DATABASE_URL: `postgres://postgres@127.0.0.1:${toPostgres?.port}/postgres`,
    ...(toRedis && { REDIS_URL: `redis://127.0.0.1:${toRedis.port}` }),
    LATCHKEY_SECRET,
    ACCESS_TOKEN_SECONDS: String(accessTokenSeconds),
    LOG_LEVEL: 'warn',
    /** A high limit, because all clients share two accounts. */
    MAX_SESSIONS_PER_USER: '1000',
    /** A high limit, because the attempt stays counted if a store dies during a sign-in. */
    SIGN_IN_ATTEMPTS: '1000000',
    SIGN_IN_ATTEMPTS_PER_ADDRESS: '1000000',
  };
  const nodes = await Promise.all([startedServer(variables), startedServer(variables)]);
  const dead: ServerProcess[] = [];
  const recoverySeconds: Record<string, number[]> = {};
  let kills = 0;

  const ready = async ({ origin }: ServerProcess) => {
    const until = performance.now() + 30_000;
    while (
      !(await fetch(`${origin}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )) &&
      performance.now() < until
    )
      await wait(0.01);
  };

  const [answered, refused] = [requestCount(), requestCount()];
  const lostReplies = () => networks.reduce((sum, { lost }) => sum + lost, 0);
  const served = () => answered.more(requests);
  const refusals = () => refused.more(REFUSALS);
  async function losses(): Promise<void> {
    for (const before = lostReplies(); lostReplies() < before + LOSSES; )
      await answered.more(count);
  }

  /**
   * Causes a fault, waits for the effect, repairs it, and measures the time from the repair until
   * both nodes are ready.
   */
  async function harm(
    name: string,
    begin: () => Promise<void> | void,
    lasts: () => Promise<void>,
    end: () => Promise<void> | void,
  ): Promise<void> {
    onProgress(name);
    await begin();
    await lasts();
    await end();
    const mended = performance.now();
    await Promise.all(nodes.map(ready));
    recoverySeconds[name] = [...(recoverySeconds[name] ?? []), (performance.now() - mended) / 1000];
    await served();
  }

  const killed = (server: TestPostgres | TestRedis) => () => {
    kills += 1;
    return server.kill();
  };
  const everywhere = (change: (network: TcpProxy) => void) => () => networks.forEach(change);
  const heal = everywhere((network) => network.heal());

  async function killNode(): Promise<void> {
    const index = random() < 0.5 ? 0 : 1;
    const node = nodes[index];
    if (!node) return;
    kills += 1;
    await node.kill('SIGKILL');
    dead.push(node);
  }

  async function replaceDead(): Promise<void> {
    const index = nodes.findIndex((node) => dead.includes(node));
    const { port } = nodes[index] ?? {};
    nodes[index] = await startedServer(variables, port === undefined ? {} : { port });
  }

  const clients: ChaosClient[] = Array.from({ length: count }, (_, n) =>
    chaosClient({
      username: n % 2 === 0 ? 'bob' : 'admin',
      origins: () => nodes.map(({ origin }) => origin),
      random,
      onStatus(status) {
        answered.count();
        if (status === 503) refused.count();
      },
    }),
  );
  let running = true;
  try {
    const load = clients.map((client) => client.run(() => running));
    await served();
    const nothing = async () => {};
    const lose = everywhere((network) => network.loseReplies(0.05, random));
    const reset = everywhere((network) => network.reset());
    const delay = everywhere((network) => network.delay(0.05));
    const cut = everywhere((network) => network.cut());
    for (let round = 0; round < rounds; round++) {
      await harm('PostgreSQL killed', killed(postgres), refusals, postgres.restart);
      if (redis) await harm('Redis killed', killed(redis), refusals, redis.restart);
      await harm('a node killed', killNode, served, replaceDead);
      await harm('replies lost after the commit', lose, losses, heal);
      await harm('every connection reset', reset, nothing, nothing);
      await harm('a slow network', delay, served, heal);
      await harm('a network cut', cut, refusals, heal);
    }
    running = false;
    await Promise.all(load);
    onProgress('checking that every client is still signed in');
    for (const client of clients) {
      const status = await client.settle();
      if (status !== 200) client.tally.unexpected.push(`${status} at the end`);
    }
    const tallies = clients.map(({ tally }) => tally);
    const ended = tallies.flatMap((tally) => tally.ended);
    const afterwards = await Promise.all(
      ended.map((browser) => browser.request('/dashboard').then(({ status }) => status)),
    );
    const logs = [...nodes, ...dead].map(({ output }) => output()).join('\n');
    const statuses: Record<string, number> = {};
    for (const tally of tallies)
      for (const [status, times] of tally.statuses)
        statuses[status] = (statuses[status] ?? 0) + times;
    return {
      requests: Object.values(statuses).reduce((sum, times) => sum + times, 0),
      statuses,
      rotations: new Set(tallies.flatMap((tally) => [...tally.refreshTokens])).size,
      lostReplies: lostReplies(),
      kills,
      signedOut: tallies.flatMap((tally) => tally.signedOut),
      unexpected: [
        ...tallies.flatMap((tally) => tally.unexpected),
        ...logs.split('\n').filter((line) => /"reason":"internal"/.test(line)),
      ],
      signOuts: ended.length,
      cameBack: afterwards.filter((status) => status !== 401).length,
      lostRotations: logs.split('"session.recovered"').length - 1,
      recoverySeconds,
    };
  } finally {
    running = false;
    for (const node of nodes) await node.kill('SIGKILL');
    for (const network of networks) await network.close();
    await redis?.stop();
    await postgres.stop();
  }
}
