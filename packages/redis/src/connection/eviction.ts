import { Cluster } from 'ioredis';
import type { RedisClient } from './connect.ts';

/**
 * Returns a warning for each server that evicts keys when its memory is full; none if INFO is
 * forbidden.
 */
export async function evictionWarnings(
  client: RedisClient,
  description: string,
): Promise<string[]> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client];
  const infos = await Promise.all(servers.map((server) => server.info('memory').catch(() => '')));
  const policies = new Set(
    infos
      .filter((info) => !/^maxmemory:0\b/m.test(info))
      .map((info) => /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction'),
  );
  policies.delete('noeviction');
  return [...policies].map(
    (policy) =>
      `${description} throws sessions away when its memory is full (maxmemory-policy ${policy}), which signs people out at random: set maxmemory-policy noeviction.`,
  );
}
