/**
 * The script that records a reauthentication. KEYS: session. ARGV: the instant, which never
 * decreases in the record. Returns 0 if the session does not exist or is revoked.
 */
export const RECORD_AUTHENTICATION = `
  local authenticatedAt, revokedAt = unpack(redis.call('HMGET', KEYS[1], 'authenticatedAt', 'revokedAt'))
  if not authenticatedAt or revokedAt then return 0 end
  if tonumber(ARGV[1]) > tonumber(authenticatedAt) then redis.call('HSET', KEYS[1], 'authenticatedAt', ARGV[1]) end
  return 1
`;
