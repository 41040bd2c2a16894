import type { Bounds } from './bounds.ts';
import { keyOf, type State } from './state.ts';
import { stepsFrom } from './steps.ts';
import { AS_THEY_ARE, type Rules } from './weakenings.ts';

/**
 * The result of an exploration: the number of states, and the shortest history that breaks a
 * guarantee, if there is one.
 */
export interface Exploration {
  readonly states: number;
  readonly steps: number;
  readonly broken: { readonly promise: string; readonly history: readonly string[] } | null;
}

/**
 * The initial state: a browser that has just signed in, and whose access token is about to expire.
 */
const START: Omit<State, 'sends' | 'signOuts'> = {
  server: {
    current: 0,
    previous: null,
    sealed: false,
    acknowledged: null,
    delivered: 0,
    rotated: 0,
    revoked: false,
  },
  backup: null,
  restores: 0,
  jar: { access: 0, accessLeft: 1, refresh: 0, boundTo: 0, username: 0 },
  username: 0,
  flights: [],
  tick: 0,
};

/**
 * Explores every order of events within the bounds, the shortest first, and stops at the first
 * broken guarantee.
 */
export function explore(bounds: Bounds, weakening: Partial<Rules> = {}): Exploration {
  const rules = { ...AS_THEY_ARE, ...weakening };
  const start: State = { ...START, sends: bounds.sends, signOuts: bounds.signOuts };
  const states: (State | undefined)[] = [start];
  const cameFrom = [-1];
  const texts = [''];
  const seen = new Set([keyOf(start)]);
  let steps = 0;

  for (let index = 0; index < states.length; index++) {
    const state = states[index];
    if (!state) break;
    for (const { text, next, broken } of stepsFrom(state, bounds, rules)) {
      steps += 1;
      if (broken)
        return {
          states: seen.size,
          steps,
          broken: { promise: broken, history: [...historyOf(index), text] },
        };
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      states.push(next);
      cameFrom.push(index);
      texts.push(text);
    }
    // Frees the state once its successors are queued; the history needs only its text.
    states[index] = undefined;
  }
  return { states: seen.size, steps, broken: null };

  function historyOf(index: number): string[] {
    const history: string[] = [];
    for (let at = index; at > 0; at = cameFrom[at] ?? 0) history.unshift(texts[at] ?? '');
    return history;
  }
}
