import { type NodeProcess, startNode } from '../revocation/node-process.ts';

const NODES = 3;

/** What a burst of revocations cost three processes on one PostgreSQL. */
export interface Burst {
  readonly revocations: number;
  /** How long the burst and its delivery took, in milliseconds. */
  readonly elapsedMs: number;
  /** Reads of the notices, for each node. */
  readonly reads: readonly number[];
  /** Notifications sent, for each node. */
  readonly notifications: readonly number[];
  /** Milliseconds from the response of each revocation to its refusal on the last node. */
  readonly delays: readonly number[];
}

/** Revokes sessions on each of three processes, one after the other on each, and counts. */
export async function runBurst(databaseUrl: string, perNode: number): Promise<Burst> {
  const options = { databaseUrl, redisUrl: null, isPollingOnly: false };
  const nodes = await Promise.all(Array.from({ length: NODES }, () => startNode(options)));
  try {
    return await measured(nodes, perNode);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

async function measured(nodes: readonly NodeProcess[], perNode: number): Promise<Burst> {
  const sessions = await Promise.all(
    nodes.map((node) => Promise.all(Array.from({ length: perNode }, () => node.issue()))),
  );
  const startedAt = performance.now();
  const before = await Promise.all(nodes.map((node) => node.statements()));
  const refusals = sessions.map((own) =>
    own.map(({ accessToken }) => Promise.all(nodes.map((node) => node.refusal(accessToken)))),
  );
  const revokedAt = await Promise.all(
    nodes.map(async (node, n) => {
      const instants: number[] = [];
      for (const { sessionId } of sessions[n] ?? []) instants.push(await node.revoke(sessionId));
      return instants;
    }),
  );
  const delays: number[] = [];
  for (const [n, own] of refusals.entries())
    for (const [which, refused] of own.entries())
      delays.push(Math.max(0, ...(await refused).map((at) => at - (revokedAt[n]?.[which] ?? 0))));
  const after = await Promise.all(nodes.map((node) => node.statements()));
  const elapsedMs = performance.now() - startedAt;
  const since = (kind: 'reads' | 'notifications') =>
    after.map((counts, n) => counts[kind] - (before[n]?.[kind] ?? 0));
  return {
    revocations: delays.length,
    elapsedMs,
    reads: since('reads'),
    notifications: since('notifications'),
    delays,
  };
}
