import { describe, expect, it } from 'vitest';
import type { InspectorEvent } from '../inspector-event.ts';
import { describeRace, describeTrial } from './describe-trial.ts';

let id = 0;
const event = <Fact extends object>(fact: Fact) =>
  ({ ...fact, id: ++id, at: 1_000 }) as unknown as InspectorEvent;
const refreshed = (decision: string, generation = 1, by = 'browser') =>
  event({ kind: 'refreshed', by, decision, generation, accessTokenSeconds: 60 });
const times = (count: number, decision: string) =>
  Array.from({ length: count }, () => refreshed(decision));
const ok = (count: number) => Array<number>(count).fill(200);

const ROTATED = '1 rotated (exchanged the refresh token for its successor)';
const CONVERGED = 'converged (came with the same token and were given the same successor)';

describe('describeRace', () => {
  it('F4: describes a race with one rotation and nine convergences', () => {
    expect(describeRace([refreshed('rotate'), ...times(9, 'converge')], ok(10))).toBe(
      `10 of 10 were answered 200. ${ROTATED}, 9 ${CONVERGED}.`,
    );
  });

  it('F4: describes a race in which all ten requests were reissued, and explains why', () => {
    expect(describeRace(times(10, 'reissue'), ok(10))).toBe(
      '10 of 10 were answered 200. 10 reissued (given an access token only: the refresh token had rotated too recently).',
    );
  });

  it('counts the requests of a race that already carried an access token', () => {
    expect(describeRace([refreshed('rotate'), ...times(4, 'converge')], ok(10))).toBe(
      `10 of 10 were answered 200. ${ROTATED}, 4 ${CONVERGED}, 5 sent with the new access token (a browser does not open ten connections at once).`,
    );
  });

  it('counts refused and failed requests of a race', () => {
    const refusals = [
      event({ kind: 'refused', by: 'browser', reason: 'session_revoked' }),
      event({ kind: 'revoked', reason: 'reuse' }),
    ];
    expect(describeRace([refreshed('recover'), ...refusals], [200, 401, 0])).toBe(
      '1 of 3 were answered 200. 1 recovered (the server had lost the token), 1 refused.',
    );
  });

  it('leaves the refreshes of the thief out of a race', () => {
    expect(describeRace([refreshed('rotate'), refreshed('converge', 1, 'thief')], ok(1))).toBe(
      `1 of 1 were answered 200. ${ROTATED}.`,
    );
  });
});

describe('describeTrial', () => {
  const dropped = event({ kind: 'dropped' });

  it('reports that the access token is expired until the next event', () => {
    expect(describeTrial({ kind: 'expire', events: [dropped] }, [dropped])).toBe(
      'The access token is expired. Any request now renews it.',
    );
  });

  it('reports the first event after the access token was expired', () => {
    const [first, second] = [refreshed('converge', 4), refreshed('reissue', 4)];
    expect(describeTrial({ kind: 'expire', events: [dropped] }, [dropped, first, second])).toBe(
      'The access token was expired. This browser came with refresh token 3, which had just been exchanged, and was given the same successor, token 4 (converged).',
    );
  });

  it("reports that the trial's request itself renewed an expired access token", () => {
    expect(describeTrial({ kind: 'expire', events: [refreshed('rotate', 2)] }, [])).toBe(
      'The token had expired, and this request renewed it. This browser used refresh token 1 and got token 2 for it (rotated).',
    );
  });

  it('reports which refresh token the thief copied', () => {
    expect(
      describeTrial({ kind: 'theft', events: [event({ kind: 'copied', generation: 3 })] }, []),
    ).toBe('A thief copied refresh token 3: two hold it now.');
  });
});
