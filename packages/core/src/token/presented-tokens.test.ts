import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { refreshTokenFor } from '../testing/index.ts';
import { authenticTokens, unverifiedTokens } from './presented-tokens.ts';
import { newSessionId } from './refresh-token.ts';

const secret = (n: number) =>
  Buffer.from(`the secret of these tests, number ${n}`).toString('base64url');
const ring = deriveKeyRing([secret(1)]);
const otherRing = deriveKeyRing([secret(2)]);
const tokenFor = (sessionId: string, generation = 0, keys = ring) =>
  refreshTokenFor(keys, { sessionId, generation, userId: 'a' }, 'alice').token;
const sessionIds = (count: number) => Array.from({ length: count }, () => newSessionId('a'));

describe('unverifiedTokens', () => {
  const unverified = (...refreshTokens: string[]) =>
    unverifiedTokens({ refreshTokens, usernames: [] }).map(({ sessionId, generation }) => [
      sessionId,
      generation,
    ]);

  it('unverifiedTokens parses well-formed tokens of any key, and ignores malformed ones', () => {
    const [one = '', two = ''] = sessionIds(2);
    expect(unverified(tokenFor(one), 'junk', tokenFor(two, 0, otherRing))).toEqual([
      [one, 0],
      [two, 0],
    ]);
  });

  it('unverifiedTokens returns no token of a request with a username', () => {
    const refreshTokens = [tokenFor(newSessionId('a'))];
    expect(unverifiedTokens({ refreshTokens, usernames: ['alice'] })).toEqual([]);
  });

  it('unverifiedTokens returns the highest generation of each session, in any order', () => {
    const [one = '', two = ''] = sessionIds(2);
    const tokens = [tokenFor(one, 1), tokenFor(one, 3), tokenFor(two, 2), tokenFor(one, 2)];
    const expected = [
      [one, 3],
      [two, 2],
    ];
    expect([unverified(...tokens), unverified(...tokens.toReversed())]).toEqual([
      expected,
      expected,
    ]);
  });

  it('unverifiedTokens returns the tokens of up to four sessions, the highest generations first', () => {
    const ids = sessionIds(5);
    expect(unverified(...ids.map((id, generation) => tokenFor(id, generation)))).toEqual(
      [4, 3, 2, 1].map((generation) => [ids[generation], generation]),
    );
  });
});

describe('authenticTokens', () => {
  const searching = () => {
    let searches = 0;
    const seek = () => {
      searches += 1;
      return null;
    };
    return { ring: { macVerifying: ring.macVerifying, seek }, searches: () => searches };
  };

  it('authenticTokens returns the tokens whose MAC verifies, of up to four sessions', async () => {
    const ids = sessionIds(5);
    const foreign = tokenFor(newSessionId('a'), 9, otherRing);
    const refreshTokens = [foreign, ...ids.map((id, generation) => tokenFor(id, generation))];
    const tokens = await authenticTokens(ring, { refreshTokens, usernames: ['alice'] });
    expect(tokens.map(({ sessionId }) => sessionId)).toEqual(ids.toReversed().slice(0, 4));
  });

  it('reloads the keys once if the MAC of one or more tokens does not verify', async () => {
    const keys = searching();
    const foreign = [1, 2].map(() => tokenFor(newSessionId('a'), 0, otherRing));
    const refreshTokens = [tokenFor(newSessionId('a')), 'junk', ...foreign];
    await authenticTokens(keys.ring, { refreshTokens, usernames: ['alice'] });
    expect(keys.searches()).toBe(1);
  });

  it('does not reload the keys for authentic and malformed tokens', async () => {
    const keys = searching();
    const refreshTokens = [tokenFor(newSessionId('a')), 'junk'];
    await authenticTokens(keys.ring, { refreshTokens, usernames: ['alice'] });
    expect(keys.searches()).toBe(0);
  });
});
