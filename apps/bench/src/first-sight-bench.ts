import {
  ALGORITHMS,
  type Algorithm,
  createSessionLayer,
  memorySessionStore,
  systemClock,
} from '@latchkey/core';
import { benchRing } from './bench-ring.ts';
import { type Comparison, compare, type Pace, repeat } from './measure.ts';

const SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');
/**
 * Number of access tokens: more than the cache holds. Used in turn, each token is evicted before it
 * is used again.
 */
const TOKENS = 12_000;

/**
 * Compares the authentication of an access token that this node has not seen with one that it has:
 * the extra cost of the first request after each refresh.
 */
export async function benchFirstSight(pace: Pace): Promise<Comparison[]> {
  const results: Comparison[] = [];
  for (const algorithm of ALGORITHMS) results.push(await firstSightOf(algorithm, pace));
  return results;
}

async function firstSightOf(algorithm: Algorithm, pace: Pace): Promise<Comparison> {
  const ring = benchRing(SECRET, algorithm);
  const users = {
    findUser: async (id: string) => ({
      id,
      username: id,
      role: 'User',
      tokenVersion: 0,
      disabled: false,
    }),
  };
  const options = { accessTokenSeconds: 86_400, idleSeconds: 172_800 };
  const minting = createSessionLayer({
    ring,
    users,
    options,
    store: memorySessionStore(),
    clock: systemClock,
  });
  const fresh = await tokensOf(minting, TOKENS);
  const [known = ''] = await tokensOf(minting, 1);
  const layers = [0, 1].map(() =>
    createSessionLayer({ ring, users, options, store: memorySessionStore(), clock: systemClock }),
  );

  let next = 0;
  const authenticate = (layer = minting, token = '') => {
    if (layer.authenticate([token], systemClock.now()).kind === 'anonymous')
      throw new Error(`a valid ${algorithm} token was refused`);
  };
  const comparison = await compare(
    {
      name: `first verification of a token, ${algorithm}`,
      round: (seconds) =>
        repeat(seconds, 1, async () => authenticate(layers[0], fresh[next++ % TOKENS])),
    },
    {
      name: 'a token seen before',
      round: (seconds) => repeat(seconds, 1, async () => authenticate(layers[1], known)),
    },
    pace,
  );
  await Promise.all([minting, ...layers].map((layer) => layer.close()));
  return comparison;
}

async function tokensOf(
  layer: ReturnType<typeof createSessionLayer>,
  count: number,
): Promise<string[]> {
  const tokens: string[] = [];
  for (let n = 0; n < count; n++) {
    const user = {
      id: `user${n}`,
      username: `user${n}`,
      role: 'User',
      tokenVersion: 0,
      disabled: false,
    };
    tokens.push(
      (await layer.issue(user, { userAgent: 'bench', ipAddress: '127.0.0.1' })).accessToken,
    );
  }
  return tokens;
}
