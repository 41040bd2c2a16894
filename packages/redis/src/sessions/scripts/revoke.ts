/**
 * The script that revokes a session. KEYS: session. ARGV: reason, instant. Returns the new hash; an
 * empty one if the session does not exist or was revoked before.
 */
export const REVOKE = `
  if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'revokedAt') == 1 then return {} end
  redis.call('HSET', KEYS[1], 'revokedAt', ARGV[2], 'revokedReason', ARGV[1])
  return redis.call('HGETALL', KEYS[1])
`;
