import type { RedisClient } from './connect.ts';

/** A Lua script as a function: keys, then arguments. On a cluster all keys must share a slot. */
export type Script<Reply> = (
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<Reply>;

/**
 * Makes a Lua script callable. The text is sent once per connection, then its hash, and the text
 * again when the server has forgotten it.
 *
 * @param name of the command, unique among those of the client
 * @example
 * import { defineScript } from '@latchkey/redis';
 *
 * const lua = "return redis.call('PEXPIRE', KEYS[1], ARGV[1])";
 * const touch = defineScript<number>(redis.client, 'Touch', lua);
 * await redis.run(() => touch(['shop:cart:7'], [60_000]));
 */
export function defineScript<Reply>(client: RedisClient, name: string, lua: string): Script<Reply> {
  const command = `latchkey${name}`;
  client.defineCommand(command, { lua });
  const call = (client as unknown as Record<string, (...args: unknown[]) => Promise<Reply>>)[
    command
  ];
  if (!call) throw new Error(`ioredis did not define ${command}`);
  return (keys, args) => call.call(client, keys.length, ...keys, ...args);
}
