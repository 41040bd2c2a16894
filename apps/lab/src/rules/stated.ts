import { ACCESS_SECONDS } from '../simulation/plan.ts';
import type { Answer, Contender, Rule } from '../simulation/rule.ts';

/**
 * The state of a session under a rule that is stated in a few lines. It is plain data, so that a
 * store can be restored.
 */
export interface Stated {
  /** The token that is valid now. */
  current: string;
  previous: string | null;
  generation: number;
  rotatedAt: number;
  revoked: boolean;
  /** Further valid tokens, for rules that issue siblings. */
  siblings: string[];
  /** The generation of each token ever issued, for rules that compare generations. */
  generations: Record<string, number>;
  made: number;
}

/**
 * What to do with a presented token: rotate it, deliver the current one again, issue a sibling
 * beside it, replace the current one, or end the session.
 */
export type Verdict = 'rotate' | 'current' | 'sibling' | 'replacement' | 'reuse';

/**
 * Creates a rule of another product, as its documentation states it, on a store without faults.
 *
 * @param judge looks at the state, and changes nothing but its siblings
 */
export function statedRule(
  name: string,
  judge: (state: Stated, token: string, now: number) => Verdict,
): Rule {
  return { name, start: () => startStated(judge) };
}

function startStated(judge: (state: Stated, token: string, now: number) => Verdict): Contender {
  let state: Stated = {
    current: 'r0',
    previous: null,
    generation: 0,
    rotatedAt: 0,
    revoked: false,
    siblings: [],
    generations: { r0: 0 },
    made: 0,
  };

  function mint(): string {
    state.made += 1;
    const token = `r${state.made}`;
    state.generations[token] = state.generation;
    return token;
  }

  function answer(verdict: Verdict, now: number): Answer {
    switch (verdict) {
      case 'reuse':
        state.revoked = true;
        return { served: false, reason: 'reuse', cookies: null };
      case 'rotate':
        state.previous = state.current;
        state.generation += 1;
        state.current = mint();
        state.rotatedAt = now;
        return served(state.current, verdict, now);
      case 'replacement':
        state.current = mint();
        return served(state.current, verdict, now);
      case 'sibling': {
        const sibling = mint();
        state.siblings.push(sibling);
        return served(sibling, verdict, now);
      }
      case 'current':
        return served(state.current, verdict, now);
    }
  }

  function served(refresh: string, reason: string, now: number): Answer {
    const accessExpiresAt = now + ACCESS_SECONDS * 1000;
    return {
      served: true,
      reason,
      cookies: { access: String(accessExpiresAt), accessExpiresAt, refresh, decidedAt: now },
    };
  }

  return {
    signIn: async (now) => ({
      access: String(now + ACCESS_SECONDS * 1000),
      accessExpiresAt: now + ACCESS_SECONDS * 1000,
      refresh: state.current,
    }),
    async request(access, refresh, _caller, now) {
      if (access !== null && Number(access) > now)
        return { served: true, reason: 'access token', cookies: null };
      if (state.revoked) return { served: false, reason: 'revoked', cookies: null };
      return answer(judge(state, refresh, now), now);
    },
    isTooLate: () => false,
    settle: async () => {},
    restart() {},
    async snapshot() {
      const kept = structuredClone(state);
      return async () => {
        // The token counter is not restored, so that no two tokens are equal.
        state = { ...structuredClone(kept), made: state.made };
      };
    },
    isEnded: async () => state.revoked,
    suspects: () => false,
  };
}
