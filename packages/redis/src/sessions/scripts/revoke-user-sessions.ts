/**
 * Revokes a user's sessions. KEYS: user's index. ARGV: the prefix of the shard's session keys,
 * reason, at, the id to leave out (empty for none), the maximum of members to read, how many of the
 * oldest to skip. Returns the ids of the revoked sessions, how many of the members read stay, and
 * whether there are more. Revoked sessions leave the index.
 *
 * The session keys are derived here from the index as it is when the script runs. All are in the
 * index's slot. All are read before any is changed: while a slot is moving, a read fails, and this
 * step has changed nothing.
 */
export const REVOKE_USER_SESSIONS = `
  local ended, over, kept = {}, {}, 0
  local skip, looks = tonumber(ARGV[6]), tonumber(ARGV[5])
  local members = redis.call('ZRANGE', KEYS[1], skip, skip + looks - 1)
  for _, id in ipairs(members) do
    if id == ARGV[4] then
      kept = kept + 1
    else
      local known, revokedAt = unpack(redis.call('HMGET', ARGV[1] .. id, 'id', 'revokedAt'))
      table.insert(known and not revokedAt and ended or over, id)
    end
  end

  for _, id in ipairs(ended) do
    redis.call('HSET', ARGV[1] .. id, 'revokedAt', ARGV[3], 'revokedReason', ARGV[2])
    redis.call('ZREM', KEYS[1], id)
  end
  for _, id in ipairs(over) do redis.call('ZREM', KEYS[1], id) end
  return { ended, kept, #members == looks and 1 or 0 }
`;
