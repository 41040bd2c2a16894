import { setTimeout as pause } from 'node:timers/promises';
import { type TcpProxy, tcpProxy } from '@latchkey/test-support';
import { quantile } from '../measure.ts';
import { type NodeOptions, type NodeProcess, startNode } from './node-process.ts';

const NODES = 3;
/**
 * Number of parallel sequences of revocations, which start at random moments, so that they meet
 * every phase of a node's poll.
 */
const LANES = 5;
const RHYTHM_MS = 1_000;

export interface Scenario {
  readonly name: string;
  readonly node: NodeOptions;
  readonly revocations: number;
  /**
   * Which connection of the last node is cut, and for how long. Each revocation then happens during
   * a cut, and is measured from the end of the cut.
   */
  readonly cut?: { readonly from: 'databaseUrl' | 'redisUrl'; readonly seconds: number | null };
}

export interface RevocationResult {
  readonly name: string;
  readonly revocations: number;
  /**
   * Milliseconds from the response to the revoking call (or from the end of the cut) to the first
   * refusal on the last node.
   */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Revokes sessions on one of three nodes, and measures when the other nodes refuse them. */
export async function benchRevocation({
  name,
  node,
  revocations,
  cut,
}: Scenario): Promise<RevocationResult> {
  const proxy = cut && (await tcpProxy(Number(new URL(node[cut.from] ?? '').port)));
  const farOptions =
    cut && proxy ? { ...node, [cut.from]: through(proxy, node[cut.from] ?? '') } : node;
  const nodes = await Promise.all(
    Array.from({ length: NODES }, (_, n) => startNode(n === 0 ? farOptions : node)),
  );
  const near = nodes[NODES - 1];
  if (!near) throw new Error('no node');
  try {
    if (proxy && cut?.seconds === null) proxy.cut();
    const delays =
      cut?.seconds && proxy
        ? await whileCut(nodes, near, proxy, cut.seconds, revocations)
        : await inLanes(nodes, near, revocations);
    return {
      name,
      revocations: delays.length,
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
      max: Math.max(...delays),
    };
  } finally {
    await Promise.all(nodes.map((each) => each.stop()));
    await proxy?.close();
  }
}

async function inLanes(
  nodes: readonly NodeProcess[],
  near: NodeProcess,
  revocations: number,
): Promise<number[]> {
  const delays: number[] = [];
  const lane = async () => {
    for (let n = 0; n < revocations / LANES; n++) {
      const { accessToken, sessionId } = await near.issue();
      const refusals = nodes.map((node) => node.refusal(accessToken));
      await pause(Math.random() * RHYTHM_MS);
      const revoked = await near.revoke(sessionId);
      delays.push(
        Math.max(0, ...(await Promise.all(refusals)).map((refused) => refused - revoked)),
      );
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return delays;
}

async function whileCut(
  nodes: readonly NodeProcess[],
  near: NodeProcess,
  proxy: TcpProxy,
  seconds: number,
  revocations: number,
): Promise<number[]> {
  const delays: number[] = [];
  for (let n = 0; n < revocations; n++) {
    const { accessToken, sessionId } = await near.issue();
    const refusals = nodes.map((node) => node.refusal(accessToken));
    proxy.cut();
    await pause(Math.random() * seconds * 1000);
    await near.revoke(sessionId);
    await pause(Math.random() * seconds * 1000);
    proxy.heal();
    const healed = performance.timeOrigin + performance.now();
    delays.push(Math.max(0, ...(await Promise.all(refusals)).map((refused) => refused - healed)));
    await pause(Math.random() * RHYTHM_MS);
  }
  return delays;
}

function through(proxy: TcpProxy, url: string): string {
  return Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(proxy.port) }).href;
}
