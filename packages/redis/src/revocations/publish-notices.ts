/**
 * The script that publishes notices: it keeps them for all nodes, and wakes the listening ones.
 * KEYS: stream. ARGV: how long notices are kept (ms), how many at most, channel (empty if all nodes
 * are awake), then each notice.
 * If the user may not publish, nodes get the notices at their next poll.
 */
export const PUBLISH_NOTICES = `
  for at = 4, #ARGV do redis.call('XADD', KEYS[1], '*', 'notice', ARGV[at]) end
  local time = redis.call('TIME')
  redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', time[1] * 1000 - ARGV[1]))
  redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  if ARGV[3] ~= '' then redis.pcall('PUBLISH', ARGV[3], '') end
  return #ARGV - 3
`;
