/**
 * KEYS: count. ARGV: points, now, how long it lasts, how long Redis keeps it beyond. Replies with
 * the points and when they expire.
 */
export const ADD_POINTS = `
  local count = redis.call('HMGET', KEYS[1], 'points', 'expiresAt')
  local points = tonumber(ARGV[1])
  local expiresAt = tonumber(count[2])
  if not expiresAt or expiresAt <= tonumber(ARGV[2]) then
    if points <= 0 then return {0, tonumber(ARGV[2])} end
    expiresAt = tonumber(ARGV[2]) + tonumber(ARGV[3])
    redis.call('HSET', KEYS[1], 'points', points, 'expiresAt', expiresAt)
    redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[3]) + tonumber(ARGV[4]))
    return {points, expiresAt}
  end
  points = math.max(0, tonumber(count[1]) + points)
  redis.call('HSET', KEYS[1], 'points', points)
  return {points, expiresAt}
`;
