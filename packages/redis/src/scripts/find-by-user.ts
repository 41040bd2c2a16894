/**
 * KEYS: user's index. ARGV: what the keys of this home's sessions begin with, now.
 * Returns the hashes of the sessions that are alive. Members that are gone or revoked leave the index.
 *
 * The sessions' keys are made here, from the index; all are of its slot.
 */
export const FIND_BY_USER = `
  local now, alive = tonumber(ARGV[2]), {}
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local key = ARGV[1] .. id
    local revokedAt, idleExpiresAt, absoluteExpiresAt = unpack(redis.call('HMGET', key, 'revokedAt', 'idleExpiresAt', 'absoluteExpiresAt'))
    if revokedAt or not idleExpiresAt then
      redis.call('ZREM', KEYS[1], id)
    elseif now < tonumber(idleExpiresAt) and now < tonumber(absoluteExpiresAt) then
      table.insert(alive, redis.call('HGETALL', key))
    end
  end
  return alive
`;
