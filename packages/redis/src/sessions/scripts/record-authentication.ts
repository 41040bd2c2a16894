/**
 * KEYS: session. ARGV: at. Returns 0 when there is no such session or it was revoked. The instant
 * never goes back; a hash from before the field was there has that of its creation.
 */
export const RECORD_AUTHENTICATION = `
  local authenticatedAt, createdAt, revokedAt = unpack(redis.call('HMGET', KEYS[1], 'authenticatedAt', 'createdAt', 'revokedAt'))
  if not createdAt or revokedAt then return 0 end
  if tonumber(ARGV[1]) > tonumber(authenticatedAt or createdAt) then redis.call('HSET', KEYS[1], 'authenticatedAt', ARGV[1]) end
  return 1
`;
