/**
 * The script that records a delivery. KEYS: session. ARGV: generation, instant. Returns 1; 0 if the
 * session has another generation, is revoked or does not exist.
 */
export const RECORD_DELIVERY = `
  local generation, revokedAt, deliveredAt = unpack(redis.call('HMGET', KEYS[1], 'generation', 'revokedAt', 'deliveredAt'))
  if generation ~= ARGV[1] or revokedAt then return 0 end
  if tonumber(ARGV[2]) > tonumber(deliveredAt) then redis.call('HSET', KEYS[1], 'deliveredAt', ARGV[2]) end
  return 1
`;
