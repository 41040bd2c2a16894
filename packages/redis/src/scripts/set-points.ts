/** KEYS: count. ARGV: points, when they expire, how long Redis keeps them. */
export const SET_POINTS = `
  redis.call('HSET', KEYS[1], 'points', ARGV[1], 'expiresAt', ARGV[2])
  return redis.call('PEXPIRE', KEYS[1], ARGV[3])
`;
