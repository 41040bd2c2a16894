/**
 * The script that rotates a session. KEYS: session. ARGV: generation, secretHash, now, deliveredBy,
 * the session's new TTL, then fields and values. Returns whether it rotated (1 or 0), and the new
 * hash.
 *
 * Texts are compared as texts and instants as numbers; a missing field reads as false. Nullable
 * fields are removed before the new ones are set, so that fields that are null in the successor are
 * removed. HDEL as the first command also keeps rotations working on a full Redis, which refuses a
 * script at its first command that needs memory.
 */
export const ROTATE = `
  local generation, secretHash, revokedAt, idleExpiresAt, absoluteExpiresAt, deliveredAt = unpack(redis.call('HMGET', KEYS[1],
    'generation', 'secretHash', 'revokedAt', 'idleExpiresAt', 'absoluteExpiresAt', 'deliveredAt'))
  local now = tonumber(ARGV[3])

  local won = generation == ARGV[1] and secretHash == ARGV[2]
    and not revokedAt
    and now < tonumber(idleExpiresAt) and now < tonumber(absoluteExpiresAt)
    and (generation == '0' or tonumber(deliveredAt) <= tonumber(ARGV[4]))

  if won then
    redis.call('HDEL', KEYS[1], 'acknowledgedAt', 'previousSecretHash', 'sealedSuccessor', 'userAgent', 'ipAddress')
    redis.call('HSET', KEYS[1], unpack(ARGV, 6))
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
  end
  return { won and 1 or 0, redis.call('HGETALL', KEYS[1]) }
`;
