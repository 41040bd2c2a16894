/**
 * KEYS: session, user's index.
 * ARGV: the session's TTL, the index's TTL, id, absoluteExpiresAt, the instant before which sessions expired too long ago to matter, then fields and values.
 * Returns 0 when there is such a session already.
 */
export const CREATE = `
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
  redis.call('HSET', KEYS[1], unpack(ARGV, 6))
  redis.call('PEXPIRE', KEYS[1], ARGV[1])

  -- The index forgets sessions that cannot be alive any more, and lives as long as the longest of the others could.
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[5])
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
  if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[2], ARGV[2])
  end
  return 1
`;
