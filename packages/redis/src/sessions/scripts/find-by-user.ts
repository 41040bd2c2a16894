/**
 * KEYS: user's index. ARGV: the prefix of the shard's session keys, now, how many
 * sessions at most, how many members to look at, then createdAt and id of the session after which
 * to begin; without those it begins with the newest. Returns the hashes of the sessions that are
 * alive, the newest first, and the id and score of the last member it looked at where there are
 * more. Members that are gone or revoked leave the index.
 *
 * The sessions' keys are made here, from the index; all are of its slot. A session that left the
 * index still marks its place: it is added for as long as it takes to ask for its rank.
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
