import type { Rule } from '../simulation/rule.ts';
import { statedRule } from './stated.ts';

const OVERLAP = 30_000;
const INTERVAL = 10_000;

/**
 * Rotation as in RFC 9700, section 4.14.2, without leeway: a second use of a token ends the
 * session.
 */
export const singleUse = statedRule('every token works once', ({ current }, token) =>
  token === current ? 'rotate' : 'reuse',
);

/**
 * Rotation with an overlap: a predecessor stays valid for some time after the rotation, and each
 * use of it issues a further valid token.
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
 * Rotation with an overlap in which a predecessor stays valid for some time, and each use of it
 * issues a new successor and invalidates the earlier one.
 */
export const killSibling = statedRule('30 s grace, earlier child dies', (state, token, now) => {
  if (token === state.current) return 'rotate';
  if (token !== state.previous || now - state.rotatedAt > OVERLAP) return 'reuse';
  return 'replacement';
});

/**
 * Rotation in which a caller one generation behind gets the current token, however late; a caller
 * further behind gets it for a short time only.
 */
export const oneBehind = statedRule('one step behind converges', (state, token, now) => {
  if (token === state.current) return 'rotate';
  const behind = state.generation - (state.generations[token] ?? -1);
  return behind === 1 || now - state.rotatedAt <= INTERVAL ? 'current' : 'reuse';
});

export const OTHERS: readonly Rule[] = [singleUse, overlap, killSibling, oneBehind];
