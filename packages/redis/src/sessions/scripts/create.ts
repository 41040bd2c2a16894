/**
 * The script that adds a session. KEYS: session, user's index. ARGV: the session's TTL, the index's
 * TTL, the prefix of the shard's session keys, id, createdAt, the instant before which expired
 * sessions leave the index, then fields and values. Returns 0 if the session exists already.
 */
export const CREATE = `
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
  redis.call('HSET', KEYS[1], unpack(ARGV, 7))
  redis.call('PEXPIRE', KEYS[1], ARGV[1])

  -- Each sign-in adds one session and checks the four oldest, so the index does not keep sessions that have ended.
  for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, 3)) do
    local revokedAt, absoluteExpiresAt = unpack(redis.call('HMGET', ARGV[3] .. id, 'revokedAt', 'absoluteExpiresAt'))
    if revokedAt or not absoluteExpiresAt or tonumber(absoluteExpiresAt) <= tonumber(ARGV[6]) then redis.call('ZREM', KEYS[2], id) end
  end

  -- The index lives as long as the longest of its sessions could.
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
  if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[2], ARGV[2])
  end
  return 1
`;
