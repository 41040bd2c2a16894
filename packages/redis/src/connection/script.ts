import type { RedisClient } from './connect.ts';

/** A Lua script as a function: keys, then arguments. All keys are of one slot. */
export type Script<Reply> = (
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<Reply>;

/**
 * Makes a script callable. It travels once per connection; after that its hash does, and again
 * whenever the server has forgotten it.
 */
export function script<Reply>(client: RedisClient, name: string, lua: string): Script<Reply> {
  const command = `latchkey${name}`;
  client.defineCommand(command, { lua });
  const call = (client as unknown as Record<string, (...args: unknown[]) => Promise<Reply>>)[
    command
  ];
  if (!call) throw new Error(`ioredis did not define ${command}`);
  return (keys, args) => call.call(client, keys.length, ...keys, ...args);
}
