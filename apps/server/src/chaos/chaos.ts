import { seededRandom, type TcpProxy, tcpProxy } from '@latchkey/core/testing/internal';
import { startPostgres, startRedis, type TestPostgres, type TestRedis } from '@latchkey/test-services';
import { type ServerProcess, startedServer } from '../testing/start-process.ts';
import { type ChaosClient, chaosClient } from './chaos-client.ts';

export interface ChaosOptions {
  readonly store: 'postgres' | 'redis';
  readonly clients: number;
  /** In each round every kind of harm comes once. */
  readonly rounds: number;
  /** How long the load goes on after each harm. */
  readonly pauseSeconds: number;
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
  /** Honest browsers that met a 401, and replies that were wrong otherwise. Both must be empty. */
  readonly signedOut: readonly string[];
  readonly odd: readonly string[];
  /** Sign-outs that were answered 200, and how many of those sessions came back. */
  readonly signOuts: number;
  readonly cameBack: number;
  /** Browsers that were ahead of the store: rotations it had acknowledged and lost. */
  readonly lostRotations: number;
  /** What was harmed → seconds from its end until both nodes were ready again, each time. */
  readonly recoverySeconds: Readonly<Record<string, readonly number[]>>;
}

const LATCHKEY_SECRET = Buffer.alloc(32, 5).toString('base64url');
const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Two real nodes on a real PostgreSQL (and Redis) behind a network of ours, under load, and everything that can be killed is killed. */
export async function runChaos({
  store,
  clients: count,
  rounds,
  pauseSeconds,
  accessTokenSeconds,
  seed,
  onProgress = () => {},
}: ChaosOptions): Promise<ChaosReport> {
  const random = seededRandom(seed);
  const postgres = await startPostgres();
  const redis = store === 'redis' ? await startRedis() : null;
  const networks = [await tcpProxy(Number(new URL(postgres.url).port)), ...(redis ? [await tcpProxy(redis.port)] : [])];
  const [toPostgres, toRedis] = networks;
  const variables = {
    DATABASE_URL: `postgres://postgres@127.0.0.1:${toPostgres?.port}/postgres`,
    ...(toRedis && { REDIS_URL: `redis://127.0.0.1:${toRedis.port}` }),
    LATCHKEY_SECRET,
    ACCESS_TOKEN_SECONDS: String(accessTokenSeconds),
    LOG_LEVEL: 'warn',
    /** A store that dies during a sign-in leaves its attempt counted. */
    SIGN_IN_ATTEMPTS: '1000000',
    SIGN_IN_ATTEMPTS_PER_ADDRESS: '1000000',
  };
  const nodes = [await startedServer(variables), await startedServer(variables)];
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

  /** Harms, waits, mends, and measures from the moment of mending. */
  async function harm(name: string, begin: () => Promise<void> | void, end: () => Promise<void> | void, seconds: number): Promise<void> {
    onProgress(name);
    await begin();
    await wait(seconds);
    await end();
    const mended = performance.now();
    await Promise.all(nodes.map(ready));
    recoverySeconds[name] = [...(recoverySeconds[name] ?? []), (performance.now() - mended) / 1000];
    await wait(pauseSeconds);
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
    chaosClient(n % 2 === 0 ? 'bob' : 'admin', () => nodes.map(({ origin }) => origin), random),
  );
  try {
    let running = true;
    const load = clients.map((client) => client.run(() => running));
    await wait(pauseSeconds);
    for (let round = 0; round < rounds; round++) {
      await harm('PostgreSQL killed', killed(postgres), postgres.restart, 0.5);
      if (redis) await harm('Redis killed', killed(redis), redis.restart, 0.5);
      await harm('a node killed', killNode, replaceDead, 0.2);
      await harm(
        'replies lost after the commit',
        everywhere((network) => network.loseReplies(0.05, random)),
        heal,
        pauseSeconds,
      );
      await harm(
        'every connection reset',
        everywhere((network) => network.reset()),
        () => {},
        0,
      );
      await harm(
        'a slow network',
        everywhere((network) => network.delay(0.05)),
        heal,
        pauseSeconds,
      );
      await harm(
        'a network cut',
        everywhere((network) => network.cut()),
        heal,
        0.5,
      );
    }
    running = false;
    await Promise.all(load);
    onProgress('is everybody still signed in?');
    for (const client of clients) {
      const status = await client.settle();
      if (status !== 200) client.tally.odd.push(`${status} at the end`);
    }
    const tallies = clients.map(({ tally }) => tally);
    const ended = tallies.flatMap((tally) => tally.ended);
    const afterwards = await Promise.all(ended.map((browser) => browser.request('/dashboard').then(({ status }) => status)));
    const logs = [...nodes, ...dead].map(({ output }) => output()).join('\n');
    const statuses: Record<string, number> = {};
    for (const tally of tallies) for (const [status, times] of tally.statuses) statuses[status] = (statuses[status] ?? 0) + times;
    return {
      requests: Object.values(statuses).reduce((sum, times) => sum + times, 0),
      statuses,
      rotations: new Set(tallies.flatMap((tally) => [...tally.refreshTokens])).size,
      lostReplies: networks.reduce((sum, { lost }) => sum + lost, 0),
      kills,
      signedOut: tallies.flatMap((tally) => tally.signedOut),
      odd: [...tallies.flatMap((tally) => tally.odd), ...logs.split('\n').filter((line) => /"reason":"internal"/.test(line))],
      signOuts: ended.length,
      cameBack: afterwards.filter((status) => status !== 401).length,
      lostRotations: logs.split('"session.recovered"').length - 1,
      recoverySeconds,
    };
  } finally {
    for (const node of nodes) await node.kill('SIGKILL');
    for (const network of networks) await network.close();
    await redis?.stop();
    await postgres.stop();
  }
}
