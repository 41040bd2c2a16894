import { expect, it } from 'vitest';
import { judgePassword } from './password-strength.ts';

it.each([
  ['passwordpassword', 'Easy to guess', /Repeated|common/],
  ['aaaaaaaaaaaaaaaaaaaa', 'Easy to guess', /Repeated/],
  ['qwertyuiopasdfghjkl', 'Easy to guess', /keys|Keyboard|common/],
  ['carol-the-great', 'Easy to guess', /Your own name|less common/],
  ['xK9#vQ2!pL', 'Too short', /15 characters/],
  ['lantern otter seventeen brick', 'Strong', /^$/],
])('%s: %s', async (password, word, advice) => {
  expect(await judgePassword(password, 'carol-the-great')).toMatchObject({
    word,
    advice: expect.stringMatching(advice),
  });
});

it('counts what a person would count', async () => {
  expect((await judgePassword('🦦🧱🪔🎲🦉🛰🪗', ''))?.word).toBe('Too short');
});

it('says nothing of nothing', async () => {
  expect(await judgePassword('', 'carol')).toBeNull();
});
