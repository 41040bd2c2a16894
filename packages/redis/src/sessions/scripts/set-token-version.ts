/**
 * The script that raises a session's token version and never lowers it. KEYS: session. ARGV: token
 * version. Returns 0 if the session does not exist or is revoked.
 */
export const SET_TOKEN_VERSION = `
  local known, revokedAt = unpack(redis.call('HMGET', KEYS[1], 'tokenVersion', 'revokedAt'))
  if not known or revokedAt then return 0 end
  if tonumber(known) < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'tokenVersion', ARGV[1]) end
  return 1
`;
