/**
 * The script that records acknowledgements. KEYS: sessions, one for each. ARGV: generation and
 * instant, for each of them.
 */
export const ACKNOWLEDGE = `
  for number, key in ipairs(KEYS) do
    local proven, at = ARGV[2 * number - 1], ARGV[2 * number]
    local generation, acknowledgedAt, lastSeenAt = unpack(redis.call('HMGET', key, 'generation', 'acknowledgedAt', 'lastSeenAt'))
    if generation == proven and not acknowledgedAt then
      redis.call('HSET', key, 'acknowledgedAt', at)
      if tonumber(at) > tonumber(lastSeenAt) then redis.call('HSET', key, 'lastSeenAt', at) end
    end
  end
`;
