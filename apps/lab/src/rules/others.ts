import type { Rule } from '../rule.ts';
import { statedRule } from './stated.ts';

const OVERLAP = 30_000;
const INTERVAL = 10_000;

/**
 * Rotation as in RFC 9700, 4.14.2, without any leeway: a token that was used before ends the
 * session.
 */
export const singleUse = statedRule('every token works once', ({ current }, token) =>
  token === current ? 'rotate' : 'reuse',
);

/**
 * A predecessor is good for some time after the rotation, and gets a new token of its own each
 * time.
 */
export const overlap = statedRule('30 s overlap, new siblings', (state, token, now) => {
  if (token === state.current) return 'rotate';
  if (state.siblings.includes(token)) {
    state.siblings = state.siblings.filter((sibling) => sibling !== token);
    return 'rotate';
  }
  return token === state.previous && now - state.rotatedAt <= OVERLAP ? 'sibling' : 'reuse';
});

/**
 * A predecessor is good for some time, but whoever comes with it gets a new child, and the earlier
 * child is good no more.
 */
export const killSibling = statedRule('30 s grace, earlier child dies', (state, token, now) => {
  if (token === state.current) return 'rotate';
  if (token !== state.previous || now - state.rotatedAt > OVERLAP) return 'reuse';
  return 'replacement';
});

/**
 * Whoever is one step behind gets the current token, however late; whoever is further behind, for a
 * short time only.
 */
export const oneBehind = statedRule('one step behind converges', (state, token, now) => {
  if (token === state.current) return 'rotate';
  const behind = state.generation - (state.generations[token] ?? -1);
  return behind === 1 || now - state.rotatedAt <= INTERVAL ? 'current' : 'reuse';
});

export const OTHERS: readonly Rule[] = [singleUse, overlap, killSibling, oneBehind];
