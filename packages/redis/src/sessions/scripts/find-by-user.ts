/**
 * Lists a user's live sessions. KEYS: user's index. ARGV: the prefix of the shard's session keys,
 * now, the maximum of sessions, the maximum of members to read, then createdAt and id of the
 * session after which to begin; without those it begins with the newest. Returns the hashes of the
 * live sessions, the newest first, and the id and score of the last member read if there are more.
 * Lost and revoked members leave the index.
 *
 * The session keys are derived here from the index; all are in its slot. A session that left the
 * index still marks a place: it is added for the moment in which its rank is read.
 */
export const FIND_BY_USER = `
  local index, now, limit, looks = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local from = 0
  if ARGV[6] then
    local rank = redis.call('ZREVRANK', index, ARGV[6])
    if rank then
      from = rank + 1
    else
      redis.call('ZADD', index, ARGV[5], ARGV[6])
      from = redis.call('ZREVRANK', index, ARGV[6])
      redis.call('ZREM', index, ARGV[6])
    end
  end

  local members = redis.call('ZREVRANGE', index, from, from + looks, 'WITHSCORES')
  local alive, over, last = {}, {}, 0
  for at = 1, math.min(#members, 2 * looks), 2 do
    if #alive == limit then break end
    last = at
    local key = ARGV[1] .. members[at]
    local revokedAt, idleExpiresAt, absoluteExpiresAt = unpack(redis.call('HMGET', key, 'revokedAt', 'idleExpiresAt', 'absoluteExpiresAt'))
    if revokedAt or not idleExpiresAt then
      table.insert(over, members[at])
    elseif now < tonumber(idleExpiresAt) and now < tonumber(absoluteExpiresAt) then
      table.insert(alive, redis.call('HGETALL', key))
    end
  end
  for _, id in ipairs(over) do redis.call('ZREM', index, id) end
  if last == 0 or last + 2 > #members then return { alive } end
  return { alive, members[last], members[last + 1] }
`;
