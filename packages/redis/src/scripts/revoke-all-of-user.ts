/**
 * KEYS: user's index. ARGV: what the keys of this home's sessions begin with, reason, at, the id to leave alone (empty for none).
 * Returns the ids of the sessions that it ended.
 *
 * The sessions' keys are made here: which they are is what the index says at this very moment. All are of the index's slot. Every one
 * is looked at before any is changed: while a slot is being moved, the look fails, and then nothing has been done.
 */
export const REVOKE_ALL_OF_USER = `
  local ended, over = {}, {}
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    if id ~= ARGV[4] then
      local known, revokedAt = unpack(redis.call('HMGET', ARGV[1] .. id, 'id', 'revokedAt'))
      table.insert(known and not revokedAt and ended or over, id)
    end
  end

  for _, id in ipairs(ended) do
    redis.call('HSET', ARGV[1] .. id, 'revokedAt', ARGV[3], 'revokedReason', ARGV[2])
    redis.call('ZREM', KEYS[1], id)
  end
  for _, id in ipairs(over) do redis.call('ZREM', KEYS[1], id) end
  return ended
`;
